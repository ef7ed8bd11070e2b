package account

// source is where identifiers and secrets come from: the operating system, or a seed.
type source struct{}

func (s *source) plant(seed uint64) {}
