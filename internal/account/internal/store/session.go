package store

import "time"

const sessionColumns = "hash, id, account, created, used, proved, agent, process, seat, tenure"

func readSession(r scanner) (s Session, err error) {
	err = r.Scan(&s.Hash, &s.ID, &s.Account, at{&s.Created}, at{&s.Used}, at{&s.Proved}, &s.Agent, &s.Seat.Process, &s.Seat.Seat, &s.Seat.Tenure)
	return s, one(err)
}

// Session finds a session by its token.
func (t *Tx) Session(hash []byte) (Session, error) {
	return readSession(t.tx.QueryRowContext(t.ctx, "SELECT "+sessionColumns+" FROM session WHERE hash = ?", hash))
}

// Sessions lists the sessions of an account, the last used first.
func (t *Tx) Sessions(account string) ([]Session, error) {
	return list(t, readSession, "SELECT "+sessionColumns+" FROM session WHERE account = ? ORDER BY used DESC, created DESC, id", account)
}

// AddSession adds a session.
func (t *Tx) AddSession(s Session) error {
	return t.do("INSERT INTO session ("+sessionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", s.Hash, s.ID, s.Account, micro(s.Created), micro(s.Used),
		micro(s.Proved), s.Agent, s.Seat.Process, s.Seat.Seat, s.Seat.Tenure)
}

// EndSession removes a session; one that is not there is no error.
func (t *Tx) EndSession(hash []byte) error { return t.do("DELETE FROM session WHERE hash = ?", hash) }

// EndSessions removes the sessions of an account but that one; all of them where it is nil.
func (t *Tx) EndSessions(account string, but []byte) error {
	if but == nil {
		but = []byte{}
	}
	return t.do("DELETE FROM session WHERE account = ? AND hash <> ?", account, but)
}

// UseSession notes when a session was last used.
func (t *Tx) UseSession(hash []byte, used time.Time) error {
	return t.do("UPDATE session SET used = ?1 WHERE hash = ?2 AND used < ?1", micro(used), hash)
}

const tokenColumns = "hash, id, account, name, process, seat, tenure, writes, created, expires, used, revoked"

func readToken(r scanner) (k Token, err error) {
	err = r.Scan(&k.Hash, &k.ID, &k.Account, &k.Name, &k.Seat.Process, &k.Seat.Seat, &k.Seat.Tenure, &k.Writes,
		at{&k.Created}, at{&k.Expires}, at{&k.Used}, at{&k.Revoked})
	return k, one(err)
}

// Token finds a token by its secret.
func (t *Tx) Token(hash []byte) (Token, error) {
	return readToken(t.tx.QueryRowContext(t.ctx, "SELECT "+tokenColumns+" FROM token WHERE hash = ?", hash))
}

// Tokens lists the tokens of an account, the newest first.
func (t *Tx) Tokens(account string) ([]Token, error) {
	return list(t, readToken, "SELECT "+tokenColumns+" FROM token WHERE account = ? ORDER BY created DESC, id", account)
}

// AddToken adds a token.
func (t *Tx) AddToken(k Token) error {
	return t.do("INSERT INTO token ("+tokenColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", k.Hash, k.ID, k.Account, k.Name, k.Seat.Process,
		k.Seat.Seat, k.Seat.Tenure, k.Writes, micro(k.Created), micro(k.Expires), micro(k.Used), micro(k.Revoked))
}

// RevokeToken revokes a token of an account, or returns ErrNotFound.
func (t *Tx) RevokeToken(account, id string, now time.Time) error {
	return t.must("UPDATE token SET revoked = ? WHERE account = ? AND id = ? AND revoked = 0", micro(now), account, id)
}

// UseToken notes when a token was last used.
func (t *Tx) UseToken(hash []byte, used time.Time) error {
	return t.do("UPDATE token SET used = ?1 WHERE hash = ?2 AND used < ?1", micro(used), hash)
}

// Prune forgets sessions that have expired, and invitations, tokens and links to calendars that have been of no use since a time. An invitation to a seat that was
// used is never forgotten, and one that was withdrawn no sooner than if it had not been: who made it must not learn from that what the
// seat's delegation did.
func (t *Tx) Prune(idle, absolute, since time.Time) error {
	if err := t.do("DELETE FROM session WHERE used <= ? OR created <= ?", micro(idle), micro(absolute)); err != nil {
		return err
	}
	if err := t.do("DELETE FROM invitation WHERE expires <= ? AND (used = 0 OR process = '')", micro(since)); err != nil {
		return err
	}
	if err := t.do("DELETE FROM calendar WHERE max(used, created) <= ?", micro(since)); err != nil {
		return err
	}
	return t.do("DELETE FROM token WHERE expires <= ?1 OR (revoked > 0 AND revoked <= ?1)", micro(since))
}
