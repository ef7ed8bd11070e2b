package store

const accountColumns = "id, login, name, operator, disabled, created, password, sealed, step, handle"

func readAccount(r scanner) (a Account, err error) {
	err = r.Scan(&a.ID, &a.Login, &a.Name, &a.Operator, &a.Disabled, at{&a.Created}, &a.Password, &a.Sealed, &a.Step, &a.Handle)
	return a, one(err)
}

func (t *Tx) account(where string, arg any) (Account, error) {
	return readAccount(t.tx.QueryRowContext(t.ctx, "SELECT "+accountColumns+" FROM account WHERE "+where, arg)) //nolint:gosec // where is ours
}

// AccountByID finds an account.
func (t *Tx) AccountByID(id string) (Account, error) { return t.account("id = ?", id) }

// AccountByLogin finds an account.
func (t *Tx) AccountByLogin(login string) (Account, error) { return t.account("login = ?", login) }

// AccountByHandle finds an account.
func (t *Tx) AccountByHandle(handle []byte) (Account, error) { return t.account("handle = ?", handle) }

// Accounts lists all accounts by login.
func (t *Tx) Accounts() ([]Account, error) {
	return list(t, readAccount, "SELECT "+accountColumns+" FROM account ORDER BY login")
}

// Operators counts the accounts of operators that are not disabled.
func (t *Tx) Operators() (n int, err error) {
	err = t.tx.QueryRowContext(t.ctx, "SELECT count(*) FROM account WHERE operator AND NOT disabled").Scan(&n)
	return n, err
}

// AddAccount adds an account; ErrTaken where somebody has the login.
func (t *Tx) AddAccount(a Account) error {
	return t.do("INSERT INTO account ("+accountColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		a.ID, a.Login, a.Name, a.Operator, a.Disabled, micro(a.Created), a.Password, a.Sealed, a.Step, a.Handle)
}

// SetAccount stores everything of an account but its id, login, handle and when it was made.
func (t *Tx) SetAccount(a Account) error {
	return t.must("UPDATE account SET name = ?, operator = ?, disabled = ?, password = ?, sealed = ?, step = ? WHERE id = ?",
		a.Name, a.Operator, a.Disabled, a.Password, a.Sealed, a.Step, a.ID)
}

// SetRecovery replaces the recovery codes of an account.
func (t *Tx) SetRecovery(account string, hashes [][]byte) error {
	if err := t.do("DELETE FROM recovery WHERE account = ?", account); err != nil {
		return err
	}
	for _, h := range hashes {
		if err := t.do("INSERT INTO recovery (account, hash) VALUES (?, ?)", account, h); err != nil {
			return err
		}
	}
	return nil
}

// UseRecovery removes a recovery code, or returns ErrNotFound.
func (t *Tx) UseRecovery(account string, hash []byte) error {
	return t.must("DELETE FROM recovery WHERE account = ? AND hash = ?", account, hash)
}

// Recovery counts the recovery codes of an account.
func (t *Tx) Recovery(account string) (n int, err error) {
	err = t.tx.QueryRowContext(t.ctx, "SELECT count(*) FROM recovery WHERE account = ?", account).Scan(&n)
	return n, err
}

const passkeyColumns = "id, account, name, public, flags, aaguid, counter, transports, created, used"

func readPasskey(r scanner) (p Passkey, err error) {
	err = r.Scan(&p.ID, &p.Account, &p.Name, &p.Public, &p.Flags, &p.AAGUID, &p.Counter, &p.Transports, at{&p.Created}, at{&p.Used})
	return p, one(err)
}

// Passkeys lists the passkeys of an account, the oldest first.
func (t *Tx) Passkeys(account string) ([]Passkey, error) {
	return list(t, readPasskey, "SELECT "+passkeyColumns+" FROM passkey WHERE account = ? ORDER BY created, id", account)
}

// AddPasskey adds a passkey; ErrTaken where there is one of that id.
func (t *Tx) AddPasskey(p Passkey) error {
	return t.do("INSERT INTO passkey ("+passkeyColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		p.ID, p.Account, p.Name, p.Public, p.Flags, p.AAGUID, p.Counter, p.Transports, micro(p.Created), micro(p.Used))
}

// SetPasskey stores the name, flags, counter and last use of a passkey.
func (t *Tx) SetPasskey(p Passkey) error {
	return t.must("UPDATE passkey SET name = ?, flags = ?, counter = ?, used = ? WHERE id = ? AND account = ?",
		p.Name, p.Flags, p.Counter, micro(p.Used), p.ID, p.Account)
}

// RemovePasskey removes a passkey of an account, or returns ErrNotFound.
func (t *Tx) RemovePasskey(account string, id []byte) error {
	return t.must("DELETE FROM passkey WHERE account = ? AND id = ?", account, id)
}

const externalColumns = "issuer, subject, account, provider, name, created"

func readExternal(r scanner) (e External, err error) {
	err = r.Scan(&e.Issuer, &e.Subject, &e.Account, &e.Provider, &e.Name, at{&e.Created})
	return e, one(err)
}

// External finds a provider's account.
func (t *Tx) External(issuer, subject string) (External, error) {
	return readExternal(t.tx.QueryRowContext(t.ctx, "SELECT "+externalColumns+" FROM external WHERE issuer = ? AND subject = ?", issuer, subject))
}

// Externals lists the providers' accounts of an account, the oldest first.
func (t *Tx) Externals(account string) ([]External, error) {
	return list(t, readExternal, "SELECT "+externalColumns+" FROM external WHERE account = ? ORDER BY created, issuer, subject", account)
}

// AddExternal links a provider's account; ErrTaken where it is linked.
func (t *Tx) AddExternal(e External) error {
	return t.do("INSERT INTO external ("+externalColumns+") VALUES (?, ?, ?, ?, ?, ?)",
		e.Issuer, e.Subject, e.Account, e.Provider, e.Name, micro(e.Created))
}

// RemoveExternal unlinks a provider's account, or returns ErrNotFound.
func (t *Tx) RemoveExternal(account, issuer, subject string) error {
	return t.must("DELETE FROM external WHERE account = ? AND issuer = ? AND subject = ?", account, issuer, subject)
}
