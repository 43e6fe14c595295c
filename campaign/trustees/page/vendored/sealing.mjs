// What a device at a stall seals signatures with: campaign/mirror/file/stall_sealing.js. `make libraries` makes sealing.js of this.
export { CipherSuite, HkdfSha256 } from "@hpke/core";
export { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
export { Chacha20Poly1305 } from "@hpke/chacha20poly1305";
