package account

import (
	"testing"
	"time"

	"parley/internal/account/internal/store"
)

// storedUses lists when the sessions of all accounts were last used, as it is stored.
func storedUses(t *testing.T, w *world) (used []time.Time) {
	t.Helper()
	err := w.read(t.Context(), func(tx *store.Tx) error {
		accounts, err := tx.Accounts()
		if err != nil {
			return err
		}
		for _, a := range accounts {
			list, err := tx.Sessions(a.ID)
			if err != nil {
				return err
			}
			for _, s := range list {
				used = append(used, s.Used)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return used
}
