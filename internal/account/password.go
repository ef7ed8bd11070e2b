package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/secure/precis"
)

const (
	saltSize = 16
	sumSize  = 32
)

// phc is a hashed password: $argon2id$v=19$m=65536,t=3,p=4$salt$sum, the salt and the sum in base64 without padding.
type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, sum      []byte
}

func (p phc) String() string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes, b.EncodeToString(p.salt), b.EncodeToString(p.sum))
}

// parsePHC reads what String writes, and refuses work that no setting of ours would ask for.
func parsePHC(s string) (phc, error) {
	f := strings.Split(s, "$")
	if len(f) != 6 || f[0] != "" || f[1] != "argon2id" || f[2] != "v="+strconv.Itoa(argon2.Version) {
		return phc{}, errors.New("not a hash of argon2id")
	}
	var n [3]uint32
	params := strings.Split(f[3], ",")
	if len(params) != len(n) {
		return phc{}, errors.New("not the parameters of argon2id")
	}
	for i, name := range []string{"m=", "t=", "p="} {
		text, ok := strings.CutPrefix(params[i], name)
		v, err := strconv.ParseUint(text, 10, 32)
		if !ok || err != nil || strconv.FormatUint(v, 10) != text {
			return phc{}, fmt.Errorf("not a parameter of argon2id: %q", params[i])
		}
		n[i] = uint32(v)
	}
	if n[2] == 0 || n[2] > math.MaxUint8 {
		return phc{}, errors.New("so many lanes are not possible")
	}
	p := phc{memory: n[0], passes: n[1], lanes: uint8(n[2])}
	if err := (Hashing{p.memory, p.passes, p.lanes, 1}).check(); err != nil {
		return phc{}, err
	}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.Strict().DecodeString(f[4])
	p.sum, err2 = base64.RawStdEncoding.Strict().DecodeString(f[5])
	if err := errors.Join(err1, err2); err != nil {
		return phc{}, err
	}
	if len(p.salt) < 8 || len(p.salt) > 64 || len(p.sum) < 16 || len(p.sum) > 64 {
		return phc{}, errors.New("a salt or a sum of that size is not ours")
	}
	return p, nil
}

func (h Hashing) check() error {
	if h.Passes < 1 || h.Passes > 64 || h.Lanes < 1 || h.Memory < 8*uint32(h.Lanes) || h.Memory > 1<<20 || h.Together < 1 {
		return fmt.Errorf("argon2id with %d KiB, %d passes and %d lanes, %d at once, is not possible: between 8 KiB a lane and 1 GiB, 1 and 64 passes",
			h.Memory, h.Passes, h.Lanes, h.Together)
	}
	return nil
}

// hasher hashes a few passwords at a time, since each takes much memory.
type hasher struct {
	h       Hashing
	source  *source
	slots   chan struct{}
	waiting atomic.Int64
	nobody  phc // what the password of an unknown login is compared with; nothing has that sum
}

func (h *hasher) set(work Hashing, source *source) error {
	if work.Together == 0 {
		work.Together = 2
	}
	if err := work.check(); err != nil {
		return err
	}
	h.h, h.source, h.slots = work, source, make(chan struct{}, work.Together)
	h.nobody = h.empty()
	h.nobody.sum = source.bytes(sumSize, "nobody")
	return nil
}

// empty is a hash without its sum.
func (h *hasher) empty() phc {
	return phc{memory: h.h.Memory, passes: h.h.Passes, lanes: h.h.Lanes, salt: h.source.bytes(saltSize, "salt")}
}

// sum does the work, when it is its turn. A *LimitError says that too many wait.
func (h *hasher) sum(ctx context.Context, p phc, password string, size int) ([]byte, error) {
	if h.waiting.Add(1) > int64(h.h.Together)*17 {
		h.waiting.Add(-1)
		return nil, &LimitError{Retry: 2 * time.Second}
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(size)), nil
}

// hash hashes a prepared password with a new salt.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	p := h.empty()
	var err error
	if p.sum, err = h.sum(ctx, p, password, sumSize); err != nil {
		return "", err
	}
	return p.String(), nil
}

// verify compares a prepared password with a stored hash, or, where stored is empty, with that of nobody, which takes the same work and
// never matches. again says that it should be hashed anew, because the work has changed.
func (h *hasher) verify(ctx context.Context, stored, password string) (ok, again bool, err error) {
	p := h.nobody
	if stored != "" {
		if p, err = parsePHC(stored); err != nil {
			return false, false, fmt.Errorf("reading a stored password: %w", err)
		}
	}
	sum, err := h.sum(ctx, p, password, len(p.sum))
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(sum, p.sum) == 1 && stored != ""
	return ok, ok && (p.memory != h.h.Memory || p.passes != h.h.Passes || p.lanes != h.h.Lanes || len(p.sum) != sumSize), nil
}

const (
	passwordMin   = 12
	passwordMax   = 256
	passwordBytes = 4 * passwordMax // at most, once it has its form
)

// prepare gives a password the form in which it is hashed: PRECIS's OpaqueString (RFC 8265), so that the same keys give the same
// password on every system. What cannot have that form is hashed as a password that nobody can have.
func prepare(password string) (string, bool) {
	if len(password) > 2*passwordBytes || !utf8.ValidString(password) {
		return "\x00", false
	}
	p, err := precis.OpaqueString.String(password)
	if err != nil {
		return "\x00", false
	}
	return p, true
}
