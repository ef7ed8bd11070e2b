package server

import (
	"errors"

	"parley/internal/account"
	"parley/internal/telemetry"
)

// countLogIn counts an attempt to log in. What failed for another reason than the attempt itself is among the requests that did.
func (s *server) countLogIn(in *account.LogIn, err error) {
	var limit *account.LimitError
	switch {
	case errors.As(err, &limit):
		s.Meter.LogIn(telemetry.Limited)
	case errors.Is(err, account.ErrDenied):
		s.Meter.LogIn(telemetry.Denied)
	case err != nil:
	case in.Step != "":
		s.Meter.LogIn(telemetry.SecondStep)
	default:
		s.Meter.LogIn(telemetry.LoggedIn)
	}
}
