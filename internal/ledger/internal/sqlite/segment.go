package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"

	"parley/internal/ledger/internal/raw"
)

// A segment's data is its entries one after the other, each a header and a body. The header is five big-endian uint32:
// the length of the body; the length of the leaf; and the lengths of salt, payload and key, each plus one, with 0 for nil.
// The body is leaf, salt, payload and key. Once an entry is erased, its last three lengths are 0 and the rest of its body
// is zeros: the body keeps its length, because the row must keep its size (see the table in migrations).
const headerSize = 5 * 4

// segmentSize is the length at which a segment is closed and the next one begins, in bytes. It bounds what a reader holds
// at once, and what an erasure rewrites; one entry is never split.
const segmentSize = 64 << 10

var errSegment = errors.New("the stored entries are damaged")

// appendEntry appends e to a segment's data.
func appendEntry(data []byte, e raw.Entry) []byte {
	data = binary.BigEndian.AppendUint32(data, uint32(len(e.Leaf)+len(e.Salt)+len(e.Payload)+len(e.Key)))
	data = binary.BigEndian.AppendUint32(data, uint32(len(e.Leaf)))
	for _, b := range [...][]byte{e.Salt, e.Payload, e.Key} {
		n := uint32(len(b)) + 1
		if b == nil {
			n = 0
		}
		data = binary.BigEndian.AppendUint32(data, n)
	}
	data = append(data, e.Leaf...)
	data = append(data, e.Salt...)
	data = append(data, e.Payload...)
	return append(data, e.Key...)
}

// entrySize is the number of bytes that appendEntry adds.
func entrySize(e raw.Entry) int {
	return headerSize + len(e.Leaf) + len(e.Salt) + len(e.Payload) + len(e.Key)
}

// nextEntry takes the first entry off a segment's data. The entry's slices are parts of data, with no capacity beyond
// their ends.
func nextEntry(data []byte) (e raw.Entry, rest []byte, err error) {
	body, rest, err := cutBody(data)
	if err != nil {
		return raw.Entry{}, nil, err
	}
	leaf := binary.BigEndian.Uint32(data[4:])
	if uint64(leaf) > uint64(len(body)) {
		return raw.Entry{}, nil, errSegment
	}
	e.Leaf, body = body[:leaf:leaf], body[leaf:]
	for i, part := range [...]*[]byte{&e.Salt, &e.Payload, &e.Key} {
		n := binary.BigEndian.Uint32(data[8+4*i:])
		if n == 0 {
			continue
		}
		if n--; uint64(n) > uint64(len(body)) {
			return raw.Entry{}, nil, errSegment
		}
		*part, body = body[:n:n], body[n:]
	}
	return e, rest, nil
}

// cutBody returns the body of the first entry and what follows it.
func cutBody(data []byte) (body, rest []byte, err error) {
	if len(data) < headerSize {
		return nil, nil, errSegment
	}
	n := binary.BigEndian.Uint32(data)
	if uint64(n) > uint64(len(data)-headerSize) {
		return nil, nil, errSegment
	}
	return data[headerSize : headerSize+int(n)], data[headerSize+int(n):], nil
}

// blank erases salt, payload and key of the entry at place i of a segment, in place.
func blank(data []byte, i int64) error {
	for ; i > 0; i-- {
		_, rest, err := cutBody(data)
		if err != nil {
			return err
		}
		data = rest
	}
	body, _, err := cutBody(data)
	if err != nil {
		return err
	}
	leaf := binary.BigEndian.Uint32(data[4:])
	if uint64(leaf) > uint64(len(body)) {
		return errSegment
	}
	clear(body[leaf:])
	clear(data[8:headerSize])
	return nil
}

// packMembers is the form of room.members.
func packMembers(members []string) []byte {
	packed := []byte{}
	for _, m := range members {
		packed = binary.AppendUvarint(packed, uint64(len(m)))
		packed = append(packed, m...)
	}
	return packed
}

func unpackMembers(packed []byte) ([]string, error) {
	var members []string
	for len(packed) > 0 {
		n, used := binary.Uvarint(packed)
		if used <= 0 || n > uint64(len(packed)-used) {
			return nil, fmt.Errorf("reading members: %w", errSegment)
		}
		packed = packed[used:]
		members = append(members, string(packed[:n]))
		packed = packed[n:]
	}
	return members, nil
}
