"""A verifier of the journal's proofs, written from the texts of RFC 6962 (section 2.1), RFC 9162
(sections 2.1.3.2 and 2.1.4.2), C2SP signed-note and C2SP tlog-checkpoint; no code of the service."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 1
SIGNATURE_PREFIX = "\u2014 "


def leaf_hash(record: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_hash(leaves: list[bytes]) -> bytes:
    """MTH, of leaves that are hashed already."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(tree_hash(leaves[:k]), tree_hash(leaves[k:]))


def is_included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            if not fn & 1:
                while True:
                    fn, sn = fn >> 1, sn >> 1
                    if fn & 1 or fn == 0:
                        break
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes,
                  path: list[bytes]) -> bool:
    """RFC 9162, section 2.1.4.2; equal trees need no path."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if not path:
        return False
    if first & (first - 1) == 0:
        path = [first_root, *path]
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            if not fn & 1:
                while True:
                    fn, sn = fn >> 1, sn >> 1
                    if fn & 1 or fn == 0:
                        break
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


@dataclass(frozen=True)
class VerifierKey:
    """NAME+ID+KEY."""
    name: str
    key_id: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        name, key_id, encoded = text.split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        assert key[0] == ED25519 and len(key) == 33
        expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        assert bytes.fromhex(key_id) == expected
        return cls(name, expected, key[1:])

    def has_signed(self, note: str) -> bool:
        text, signatures = split_note(note)
        for name, key_id, signature in signatures:
            if (name, key_id) != (self.name, self.key_id):
                continue
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
                return True
            except InvalidSignature:
                return False
        return False


def split_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text of a signed note, and its signatures: name, key id, bytes."""
    text, _, block = note.rpartition("\n\n")
    assert block.endswith("\n") and text
    signatures = []
    for line in block[:-1].split("\n"):
        assert line.startswith(SIGNATURE_PREFIX)
        name, _, encoded = line.removeprefix(SIGNATURE_PREFIX).partition(" ")
        signature = base64.b64decode(encoded, validate=True)
        assert name and len(signature) > 4
        signatures.append((name, signature[:4], signature[4:]))
    return text + "\n", signatures


@dataclass(frozen=True)
class TreeHead:
    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, note: str) -> "TreeHead":
        text, signatures = split_note(note)
        origin, size, root, *_ = text.split("\n")
        assert origin and str(int(size)) == size and signatures
        head = cls(origin, int(size), base64.b64decode(root, validate=True))
        assert len(head.root) == 32
        return head
