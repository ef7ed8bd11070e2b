package record

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const (
	hostKeyPrefix = "parley-host+"
	noteEd25519   = 1       // C2SP signed-note: the signature type before an Ed25519 public key
	maxCheckpoint = 1 << 14 // bytes; leaves room for some dozens of cosignatures
)

// Host is the private key with which a host signs the heads of all its rooms. Its methods may be called by many
// goroutines at once.
type Host struct {
	key    ed25519.PrivateKey
	public HostKey
}

// NewHost makes the key from an Ed25519 seed of 32 bytes (RFC 8032). Whoever has the seed can sign as this host.
func NewHost(seed []byte) (*Host, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("the host's seed has %d bytes, not %d", len(seed), ed25519.SeedSize)
	}
	h := &Host{key: ed25519.NewKeyFromSeed(seed)}
	copy(h.public.pub[:], h.key[ed25519.SeedSize:])
	return h, nil
}

// Public is the key by which others know this host.
func (h *Host) Public() HostKey { return h.public }

// String is the public key, so that no log or message shows the private one.
func (h *Host) String() string { return h.public.String() }

// GoString is the public key, as String.
func (h *Host) GoString() string { return h.public.String() }

// Sign returns the checkpoint of a room: a C2SP tlog-checkpoint (origin, size, root) as a signed note. The room id is
// both the origin and the key's name.
func (h *Host) Sign(room string, head Head) ([]byte, error) {
	if err := checkWord("room", room); err != nil {
		return nil, fmt.Errorf("signing a checkpoint: %w", err)
	}
	if err := head.check(); err != nil {
		return nil, fmt.Errorf("signing a checkpoint: %w", err)
	}
	msg, err := note.Sign(&note.Note{Text: checkpointText(room, head)}, noteKey{room, h.public, h.key})
	if err != nil {
		return nil, fmt.Errorf("signing a checkpoint: %w", err)
	}
	return msg, nil
}

func checkpointText(room string, head Head) string {
	return room + "\n" + strconv.FormatInt(head.Size, 10) + "\n" + head.Root.String() + "\n"
}

// noteKey is a host's key under the name of one room: a note.Signer (with private) and a note.Verifier.
type noteKey struct {
	room    string
	public  HostKey
	private ed25519.PrivateKey
}

func (k noteKey) Name() string { return k.room }

// KeyHash is the key ID of C2SP signed-note: SHA-256(name || "\n" || type || public key), the first four bytes.
func (k noteKey) KeyHash() uint32 {
	b := append(make([]byte, 0, maxWord+2+ed25519.PublicKeySize), k.room...)
	b = append(b, '\n', noteEd25519)
	sum := sha256.Sum256(append(b, k.public.pub[:]...))
	return binary.BigEndian.Uint32(sum[:])
}

func (k noteKey) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(k.private, msg), nil }

func (k noteKey) Verify(msg, sig []byte) bool {
	return len(sig) == ed25519.SignatureSize && ed25519.Verify(k.public.pub[:], msg, sig)
}

// HostKey is a host's public key: what a party pins. Two are equal if they are ==. The zero HostKey is nobody's.
type HostKey struct {
	pub [ed25519.PublicKeySize]byte
}

// IsZero says whether k is the zero HostKey, which verifies nothing.
func (k HostKey) IsZero() bool { return k == HostKey{} }

// String is parley-host+<first 4 bytes of SHA-256 of the key, in hex>+<the 32 bytes of the key, in base64>. The middle
// part catches typing errors and is short enough to read aloud.
func (k HostKey) String() string {
	sum := sha256.Sum256(k.pub[:])
	return hostKeyPrefix + hex.EncodeToString(sum[:4]) + "+" + b64.EncodeToString(k.pub[:])
}

// ParseHostKey reads what [HostKey.String] wrote and nothing else. It refuses the few keys under which anybody can sign.
func ParseHostKey(s string) (HostKey, error) {
	rest, ok := strings.CutPrefix(s, hostKeyPrefix)
	if !ok || len(rest) != 8+1+hashText {
		return HostKey{}, fmt.Errorf("host key: %.100q is not like parley-host+01234567+<44 characters>: copy it again, whole", s)
	}
	pub, ok := parseHash([]byte(rest[9:]))
	if !ok {
		return HostKey{}, errors.New("host key: its last part is not 32 bytes in base64: copy it again, whole")
	}
	k := HostKey{pub: pub}
	if k.String() != s {
		return HostKey{}, errors.New("host key: its middle part does not fit its last: copy it again, whole")
	}
	if k.weak() {
		return HostKey{}, errors.New("host key: anybody can sign under this key: do not trust the host that gave it")
	}
	return k, nil
}

// weakKeys are the encodings, sign bit cleared, of the points of Curve25519 whose order divides 8, also those encoded
// with a coordinate above the field's prime. Under such a key a signature fits many messages and anybody can make it, so
// a host that used one could disown what it signed.
var weakKeys = []string{
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}

func (k HostKey) weak() bool {
	k.pub[31] &= 0x7f
	return slices.Contains(weakKeys, hex.EncodeToString(k.pub[:]))
}

// Open checks that this host signed checkpoint for room, and returns the head it signed. Signatures by others (C2SP
// cosignatures) may stand beside the host's; they are not checked.
func (k HostKey) Open(checkpoint []byte, room string) (Head, error) {
	head, err := k.open(checkpoint, room)
	if err != nil {
		return Head{}, fmt.Errorf("checkpoint of room %.130q: %w", room, err)
	}
	return head, nil
}

func (k HostKey) open(checkpoint []byte, room string) (Head, error) {
	if k.IsZero() {
		return Head{}, errors.New("no host key was given to check it with")
	}
	if !isWord(room) {
		return Head{}, errors.New("that is not the id of a room: " + wordRule)
	}
	if len(checkpoint) > maxCheckpoint {
		return Head{}, fmt.Errorf("%d bytes are more than %d", len(checkpoint), maxCheckpoint)
	}
	origin, _, _ := bytes.Cut(checkpoint, []byte{'\n'})
	if string(origin) != room {
		return Head{}, fmt.Errorf("it is of another room, %.130q", origin)
	}
	n, err := note.Open(checkpoint, note.VerifierList(noteKey{room: room, public: k}))
	if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		return Head{}, fmt.Errorf("it is not signed by %s", k)
	}
	if _, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
		return Head{}, fmt.Errorf("its signature by %s is false", k)
	}
	if err != nil {
		return Head{}, errors.New("it is not a signed note")
	}
	// The note's base64 may end in stray bits; one checkpoint has one text.
	if _, err := b64.DecodeString(n.Sigs[0].Base64); err != nil {
		return Head{}, errors.New("its signature is not written in strict base64")
	}
	return parseCheckpointText(n.Text, room)
}

// parseCheckpointText reads what checkpointText wrote and nothing else: no extension lines either, Parley signs none.
func parseCheckpointText(text, room string) (Head, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] != room || lines[3] != "" {
		return Head{}, errors.New("it is not three lines, origin, size and root")
	}
	size, okSize := parseSize([]byte(lines[1]))
	root, okRoot := parseHash([]byte(lines[2]))
	if !okSize || !okRoot {
		return Head{}, errors.New("its size or its root cannot be read")
	}
	head := Head{Size: size, Root: root}
	return head, head.check()
}
