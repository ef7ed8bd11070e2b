#!/usr/bin/env python3
"""Verify a Parley archive with nothing but Python's standard library.

    verify.py ARCHIVE [HOSTKEY]

Written from docs/record.md alone, as a second opinion on the Go program. It is slower, and keeps the
whole file in memory.
The signature is checked with the formulas of RFC 8032, section 5.1; they take some milliseconds a room.
"""
import base64
import binascii
import datetime
import hashlib
import re
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


class Wrong(Exception):
    pass


def sha256(data):
    return hashlib.sha256(data).digest()


# --- Ed25519 (RFC 8032, section 5.1): points in extended coordinates ---

def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        raise Wrong("a key or signature is not a point")
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * SQRT_M1 % P
    if (x * x - xx) % P or (x == 0 and sign):
        raise Wrong("a key or signature is not a point")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(pub, message, sig):
    a, r, s = point(pub), point(sig[:32]), int.from_bytes(sig[32:], "little")
    k = int.from_bytes(hashlib.sha512(sig[:32] + pub + message).digest(), "little") % L
    p, q = times(s, BASE), add(r, times(k, a))
    return s < L and (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


# --- the formats of docs/record.md ---

def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong("not base64")
    if base64.b64encode(data) != text:
        raise Wrong("not in the one base64 form")
    return data


def hash32(text):
    data = unbase64(text)
    if len(data) != 32:
        raise Wrong("not 32 bytes")
    return data


class Tree:
    """RFC 6962, section 2.1: levels[k][i] is the hash over the leaves i*2**k up to (i+1)*2**k."""

    def __init__(self):
        self.levels = []

    def append(self, leaf_hash):
        node = leaf_hash
        for k in range(64):
            if k == len(self.levels):
                self.levels.append([])
            self.levels[k].append(node)
            if len(self.levels[k]) % 2:
                return
            node = sha256(b"\x01" + self.levels[k][-2] + node)

    def root(self, size):
        node = None
        for k in range(size.bit_length()):
            if size >> k & 1:
                left = self.levels[k][(size >> k) - 1]
                node = left if node is None else sha256(b"\x01" + left + node)
        return sha256(b"") if node is None else node


def read_host(text):
    m = re.fullmatch(rb"parley-host\+([0-9a-f]{8})\+(.{44})", text)
    if not m:
        raise Wrong("not a host key")
    pub = hash32(m[2])
    if sha256(pub)[:4].hex().encode() != m[1]:
        raise Wrong("the parts of the host key do not fit")
    x, y, z, _ = times(8, point(pub))
    if x % P == 0 and (y - z) % P == 0:
        raise Wrong("anybody can sign under this host key")
    return pub


def open_checkpoint(note, room, pub):
    text, _, sigs = note.rpartition(b"\n\n")
    text += b"\n"
    lines = text.split(b"\n")
    if len(lines) != 4 or lines[0] != room or not re.fullmatch(rb"0|[1-9][0-9]{0,12}", lines[1]):
        raise Wrong("the checkpoint is not one of this room")
    want = sha256(room + b"\n\x01" + pub)[:4]
    for line in sigs.split(b"\n"):
        dash, _, rest = line.partition(b" ")
        name, _, sig = rest.partition(b" ")
        if dash == "—".encode() and name == room:
            sig = unbase64(sig)
            if sig[:4] == want and len(sig) == 68 and signed(pub, text, sig[4:]):
                return int(lines[1]), hash32(lines[2])
    raise Wrong("the host did not sign the checkpoint")


LEAF = re.compile(
    rb"parley-entry/1\nroom ([!-*,-~]{1,128})\nkind ([!-*,-~]{1,128})\nauthor ([!-*,-~]{1,128})\n"
    rb"seen (0|[1-9][0-9]{0,12}) (.{44})\n"
    rb"time ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)\ncommitment (.{44})\n")


def check_entry(fields, index, room, tree, last):
    if len(fields) not in (4, 6) or fields[0] != b"entry" or fields[1] != str(index).encode():
        raise Wrong("this is not the entry that must stand here")
    leaf = unbase64(fields[3])
    leaf_hash = sha256(b"\x00" + leaf)
    if leaf_hash != hash32(fields[2]):
        raise Wrong("the leaf has another hash")
    m = LEAF.fullmatch(leaf)
    if not m or m[1] != room:
        raise Wrong("the leaf is not one of this room")
    datetime.datetime.strptime(m[6].decode(), "%Y-%m-%dT%H:%M:%S.%fZ")
    if m[6] < last:
        raise Wrong("the time runs backwards")
    if int(m[4]) > index or tree.root(int(m[4])) != hash32(m[5]):
        raise Wrong("the author had seen another record")
    commitment = hash32(m[7])
    if len(fields) == 6:
        salt, payload = hash32(fields[4]), unbase64(fields[5])
        if sha256(b"parley-commitment/1\n" + salt + len(payload).to_bytes(8, "big") + payload) != commitment:
            raise Wrong("the payload is another")
    return leaf_hash, m[6], len(fields) == 4


def verify(data, expected):
    lines = data.split(b"\n")
    if len(lines) < 5 or lines.pop() != b"":
        raise Wrong("the file was cut short")
    if lines.pop() != b"sha256 " + base64.b64encode(sha256(b"".join(l + b"\n" for l in lines))):
        raise Wrong("the closing hash is another")
    if lines[0] != b"parley-archive/1" or not lines[1].startswith(b"process ") or not lines[2].startswith(b"host "):
        raise Wrong("the file is not an archive")
    if expected and lines[2] != b"host " + expected:
        raise Wrong("the archive is of another host")
    pub, at, previous = read_host(lines[2][5:]), 3, b""
    while at < len(lines):
        room = lines[at].removeprefix(b"room ")
        if not lines[at].startswith(b"room ") or room <= previous:
            raise Wrong(f"line {at + 1}: the next room must stand here")
        previous, at = room, at + 1
        if lines[at].startswith(b"title "):
            at += 1
        if not lines[at].startswith(b"checkpoint "):
            raise Wrong(f"line {at + 1}: a checkpoint must stand here")
        size, want = open_checkpoint(unbase64(lines[at][11:]), room, pub)
        tree, last, erased, at = Tree(), b"", 0, at + 1
        for index in range(size):
            try:
                leaf_hash, last, gone = check_entry(lines[at].split(b" "), index, room, tree, last)
            except (Wrong, IndexError, ValueError) as e:
                raise Wrong(f"room {room.decode()}, entry {index}: {e}")
            tree.append(leaf_hash)
            erased, at = erased + gone, at + 1
        if tree.root(size) != want:
            raise Wrong(f"room {room.decode()}: the host signed another root")
        print(f"{room.decode()}: {size} entries, {erased} erased, root {base64.b64encode(want).decode()}")


def main():
    with open(sys.argv[1], "rb") as f:
        data = f.read()
    try:
        verify(data, sys.argv[2].encode() if len(sys.argv) > 2 else b"")
    except (Wrong, IndexError) as e:
        sys.exit(f"wrong: {e}")
    print("the archive is what its host signed" + ("" if len(sys.argv) > 2 else "; compare the host key yourself"))


if __name__ == "__main__":
    main()
