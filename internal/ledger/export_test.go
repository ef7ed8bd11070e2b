package ledger

// OpenOn opens the ledgers in a storage of a test's own.
var OpenOn = openOn

// Forget drops what nobody uses from memory, as the sequencer does from time to time. No act may be on its way.
func (l *Ledger) Forget() { l.forget() }

// ParsePin reads a pin and writes it again.
func ParsePin(data []byte) ([]byte, error) {
	h, err := parseHeads(pinKind, data)
	if err != nil {
		return nil, err
	}
	return h.marshal(), nil
}
