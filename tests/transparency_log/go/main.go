// Checks what ours made with the implementations of Go and transparency-dev, and makes what ours checks: see README.md.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	tproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	data, err := os.ReadFile(name)
	must(err)
	return data
}

func main() {
	var logKey, witnessKey string
	policy := read("policy")
	for _, line := range strings.Split(string(policy), "\n") {
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == "log" {
			logKey = words[1]
		} else if len(words) > 2 && words[0] == "witness" {
			witnessKey = words[2]
		}
	}
	logVerifier, err := note.NewVerifier(logKey)
	must(err)
	witnessVerifier, err := fnote.NewVerifierForCosignatureV1(witnessKey)
	must(err)

	// A receipt.
	var p tproof.TLogProof
	must(p.Unmarshal(read("receipt")))
	checkpoint, _, signed, err := log.ParseCheckpoint(p.Checkpoint, logVerifier.Name(), logVerifier, witnessVerifier)
	must(err)
	fmt.Printf("checkpoint %s %d: %d signatures verified\n", checkpoint.Origin, checkpoint.Size, len(signed.Sigs))
	extra := append([]byte("campaign/log/1\n"), p.ExtraData...)
	commitment := sha256.Sum256(extra)
	leaf := rfc6962.DefaultHasher.HashLeaf(append([]byte{1}, commitment[:]...))
	hashes := [][]byte{}
	for _, h := range p.Hashes {
		hashes = append(hashes, h[:])
	}
	must(proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, checkpoint.Size, leaf, hashes, checkpoint.Hash))
	record := tlog.RecordProof{}
	for _, h := range p.Hashes {
		record = append(record, tlog.Hash(h))
	}
	must(tlog.CheckRecord(record, int64(checkpoint.Size), tlog.Hash(checkpoint.Hash), int64(p.Index), tlog.Hash(leaf)))
	fmt.Printf("inclusion of entry %d verified\n", p.Index)
	if !bytes.Equal(p.Marshal(), read("receipt")) {
		must(fmt.Errorf("another spelling"))
	}

	// Growth.
	old, _, _, err := log.ParseCheckpoint(read("old"), logVerifier.Name(), logVerifier)
	must(err)
	above, below, _ := strings.Cut(string(read("since")), "\n\n")
	lines := strings.Split(above, "\n")[1:]
	hashes = nil
	for _, line := range lines {
		h, err := base64.StdEncoding.DecodeString(line)
		must(err)
		hashes = append(hashes, h)
	}
	newer, _, _, err := log.ParseCheckpoint([]byte(below), logVerifier.Name(), logVerifier)
	must(err)
	must(proof.VerifyConsistency(rfc6962.DefaultHasher, old.Size, newer.Size, hashes, old.Hash, newer.Hash))
	fmt.Printf("growth from %d to %d verified\n", old.Size, newer.Size)

	// What we check: a log of theirs, its signer and a witness.
	logSigner, err := note.NewSigner(strings.TrimSpace(string(read("log.skey"))))
	must(err)
	witnessSigner, err := fnote.NewSignerForCosignatureV1(strings.TrimSpace(string(read("witness.skey"))))
	must(err)
	const size = 300
	var tree []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := []tlog.Hash{}
		for _, i := range indexes {
			out = append(out, tree[i])
		}
		return out, nil
	})
	roots := map[int64]tlog.Hash{}
	for n := int64(0); n < size; n++ {
		entry := append([]byte{1}, bytes.Repeat([]byte{byte(n), byte(n >> 8)}, 16)...)
		stored, err := tlog.StoredHashesForRecordHash(n, tlog.RecordHash(entry), reader)
		must(err)
		tree = append(tree, stored...)
		roots[n+1], err = tlog.TreeHash(n+1, reader)
		must(err)
	}
	made := func(n int64, signers ...note.Signer) []byte {
		root := roots[n]
		c := log.Checkpoint{Origin: logSigner.Name(), Size: uint64(n), Hash: root[:]}
		out, err := note.Sign(&note.Note{Text: string(c.Marshal())}, signers...)
		must(err)
		return out
	}
	must(os.WriteFile("theirs.old", made(100, logSigner), 0o644))
	whole := made(size, logSigner, witnessSigner)
	must(os.WriteFile("theirs.checkpoint", whole, 0o644))
	record, err = tlog.ProveRecord(size, 123, reader)
	must(err)
	theirs := tproof.TLogProof{Index: 123, Checkpoint: whole}
	for _, h := range record {
		theirs.Hashes = append(theirs.Hashes, h)
	}
	must(os.WriteFile("theirs.proof", theirs.Marshal(), 0o644))
	grew, err := tlog.ProveTree(size, 100, reader)
	must(err)
	since := "old 100\n"
	for _, h := range grew {
		since += h.String() + "\n"
	}
	must(os.WriteFile("theirs.since", []byte(since+"\n"+string(whole)), 0o644))
}
