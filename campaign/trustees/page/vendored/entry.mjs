// What the trustees' page needs of others' libraries. `make libraries` makes libraries.js of this.
export { Decrypter, Encrypter, armor } from "age-encryption";
export { CipherSuite, DhkemX25519HkdfSha256 as BrowserX25519, HkdfSha256 } from "@hpke/core";
export { DhkemX25519HkdfSha256 as ScriptX25519 } from "@hpke/dhkem-x25519";
export { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
export { ed25519, x25519 } from "@noble/curves/ed25519.js";
export { sha256, sha512 } from "@noble/hashes/sha2.js";
