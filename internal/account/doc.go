// Package account keeps who may log in, and which seats they hold. What a seat may see is not its business: that is the gate's.
//
// An account is a person's: a login and a name, and ways to prove who they are: a password, passkeys, one-time codes, a provider of
// theirs. A holding ties an account to one seat of one process, in one tenure: the entry of the record that gave the seat. It
// comes about only by an invitation, which works once. Whoever grants a seat invites to it, so the operator, who has accounts and
// processes in hand, has no way to a seat.
//
// Whatever a person presents to prove something (a password, a link, a code, a token) is stored as a hash of it, or not at all.
// docs/accounts.md says what is stored and how.
package account
