package record

// WeakKeys are the keys that ParseHostKey refuses, sign bit cleared.
var WeakKeys = weakKeys

// HostKeyFrom makes a key that ParseHostKey may refuse.
func HostKeyFrom(pub [32]byte) HostKey { return HostKey{pub: pub} }
