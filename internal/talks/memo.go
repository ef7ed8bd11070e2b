package talks

import "sync"

// Memo is something that is worked out of a world once and kept as long as the world itself. A world never changes, so neither does what
// follows from it; and it belongs to exactly one set of rooms, so what is kept is only ever shared by those who see the same rooms.
//
// What a Memo returns is shared by all who ask: they leave it as it is.
type Memo[T any] struct{ of func(*World) T }

// NewMemo returns a Memo of a function that depends on its world alone. It is made once, as a variable of a package.
func NewMemo[T any](of func(*World) T) *Memo[T] { return &Memo[T]{of} }

// Of returns what the function says of w. Of several that ask at once one works it out, and the others wait for it.
func (m *Memo[T]) Of(w *World) T {
	v, ok := w.memos.Load(m)
	if !ok {
		v, _ = w.memos.LoadOrStore(m, sync.OnceValue(func() T { return m.of(w) }))
	}
	return v.(func() T)()
}
