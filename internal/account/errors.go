package account

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrDenied is the one answer to a log-in that fails, whatever was wrong with it: the login, the password, the code, the
	// passkey, the provider's answer, or that the account is disabled.
	ErrDenied = errors.New("that did not match")
	// ErrNotFound: what was named (a session, a link, a token, an account) is not there, was used, has ended or has expired.
	ErrNotFound = errors.New("there is no such thing")
	// ErrTaken: somebody holds the seat already, or has the login, the passkey or the provider's account.
	ErrTaken = errors.New("it is taken already")
	// ErrStale: what is asked for needs a session whose owner has proved who they are in the last few minutes (see Prove).
	ErrStale = errors.New("confirm that it is you first")
	// ErrLast: it would leave an account without a way to log in, or the host without an operator.
	ErrLast = errors.New("it is the last one")
	// ErrMany: the account, or the process, has as many of these as one may have.
	ErrMany = errors.New("there are too many of them; remove one first")
	// ErrOff: passkeys need WithOrigin with a host name, and the provider must be one of WithProviders.
	ErrOff = errors.New("that way to log in is not set up here")
	// ErrUnavailable: nothing can be stored at the moment, because the disk is full or read-only, or a provider does not answer.
	// Trying again later can succeed.
	ErrUnavailable = errors.New("that is not possible at the moment")
	// ErrStopped: the store was closed, or stopped itself because it could not be certain of what is on disk.
	ErrStopped = errors.New("the accounts are closed")
	// ErrInUse: another process has the folder's accounts open.
	ErrInUse = errors.New("the accounts are in use")
)

// LimitError says that there were too many attempts for an account or from an address. It is the same whether the account exists.
type LimitError struct {
	Retry time.Duration // after which one more attempt is let through, rounded up to whole seconds
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("too many attempts; try again in %d seconds", int(e.Retry/time.Second))
}

// Problem says what is wrong with something that a person chose: a login, a name, a password, a token's name.
type Problem struct {
	Field string // login, name, password, token, expires
	Code  string // see the constants
	Min   int    // fewest and most characters, where Code is ProblemShort or ProblemLong
	Max   int
}

// What can be wrong with a field.
const (
	ProblemShort = "short" // fewer than Min characters
	ProblemLong  = "long"  // more than Max characters
	ProblemForm  = "form"  // characters that it cannot have
	ProblemWeak  = "weak"  // a password that is among the first to be guessed
	ProblemTaken = "taken" // a login that somebody has
	ProblemNone  = "none"  // a registration without a way to log in
	ProblemRange = "range" // a time that is past, or too far off
)

func (e *Problem) Error() string {
	switch e.Code {
	case ProblemShort:
		return fmt.Sprintf("the %s needs at least %d characters", e.Field, e.Min)
	case ProblemLong:
		return fmt.Sprintf("the %s can have at most %d characters", e.Field, e.Max)
	case ProblemForm:
		return fmt.Sprintf("the %s has characters that it cannot have", e.Field)
	case ProblemWeak:
		return fmt.Sprintf("the %s is too easy to guess", e.Field)
	case ProblemTaken:
		return fmt.Sprintf("the %s is taken", e.Field)
	case ProblemNone:
		return "choose a password, a passkey or a provider to log in with"
	case ProblemRange:
		return fmt.Sprintf("the time in %s is past or too far off", e.Field)
	}
	return fmt.Sprintf("the %s is not right (%s)", e.Field, e.Code)
}

// Is lets errors.Is(err, ErrTaken) find a login that is taken.
func (e *Problem) Is(target error) bool { return target == ErrTaken && e.Code == ProblemTaken }
