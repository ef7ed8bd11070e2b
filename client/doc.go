// Package client lets programs take part in talks through a Parley server, with the token of a seat.
//
//	c, err := client.New("https://talks.example", token, client.WithHost(key), client.WithHeads(heads))
//	me, err := c.Me(ctx)
//	talks := c.Talks(me.Process)
//	for entry, err := range talks.Acts(ctx, room, 0) { … }
//	receipt, err := talks.Append(ctx, room, "remark.write", client.Fields{"text": "Four, and no fewer."})
//
// What a client sees is what its seat sees. Errors of the server are of type [*Problem], and say what to do about them.
//
// # Writing
//
// [Talks.Append] makes an idempotency key for each act, so that it can send the act again when an answer is lost: it is recorded once. With
// [Expect] the act is refused where the room has moved on, and the error has what came in between.
//
// # Not having to trust the host
//
// With [WithHeads] the client keeps the signed head of each room that it has seen, in memory or in a file. Every receipt is checked against
// the host's key: the act has to stand in the signed tree as it was sent, and the host has to prove that its tree extends the one that was
// kept. Where it cannot, the error is a [*ForkError], which has both signed heads: the evidence that the host showed two records. An
// [*UncheckedError] says that there is a receipt which could not be checked, as of an act by which the seat left the room.
package client
