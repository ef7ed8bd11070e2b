package server

import "strings"

// entrances are the routes of who logs in, of accounts and of seats.
func entrances() []Route {
	seats := below + "/seats"
	invitation := "/invitation/{token}"
	rs := []Route{
		{"GET", "/login", "login", doors(func(s *server) handler { return s.getLogin })},
		{"POST", "/login", "login-password", doors(func(s *server) handler { return s.postLogin })},
		{"GET", "/login/code", "login-again", doors(func(s *server) handler { return s.getLogin })},
		{"POST", "/login/code", "login-code", doors(func(s *server) handler { return s.postCode })},
		{"POST", "/login/passkey", "login-passkey", doors(func(s *server) handler { return s.postPasskey })},
		{"POST", "/login/passkey/begin", "login-passkey-begin", doors(func(s *server) handler { return s.beginPasskey })},
		{"GET", "/login/oidc/{provider}", "login-provider", doors(func(s *server) handler { return s.toProvider })},
		{"GET", "/login/oidc/{provider}/back", "login-provider-back", doors(func(s *server) handler { return s.fromProvider })},
		{"POST", "/logout", "logout", doors(func(s *server) handler { return s.logOut })},
		{"GET", invitation, "invitation", doors(func(s *server) handler { return s.getInvitation })},
		{"POST", invitation, "invitation-accept", doors(func(s *server) handler { return s.postInvitation })},
		{"POST", invitation + "/passkey", "invitation-passkey", doors(func(s *server) handler { return s.beginRegister })},
		{"GET", "/seats", "my-seats", doors(func(s *server) handler { return s.getSeats })},
		{"POST", "/seats", "choose-seat", doors(func(s *server) handler { return s.chooseSeat })},
		{"GET", "/account", "account", doors(func(s *server) handler { return s.getAccount })},
		{"POST", "/account/passkeys/begin", "account-passkey-begin", doors(func(s *server) handler { return s.beginAddPasskey })},
		{"GET", "/operator", "operator", doors(func(s *server) handler { return s.getOperator })},
		{"POST", "/operator/processes", "operator-process", doors(operatorAct((*server).createProcess))},
		{"POST", "/operator/invite", "operator-invite", doors(operatorAct((*server).inviteConvener))},
		{"POST", "/operator/operators", "operator-operator", doors(operatorAct((*server).inviteOperator))},
		{"POST", "/operator/operators/withdraw", "operator-operator-withdraw", doors(operatorAct((*server).withdrawOperator))},
		{"POST", "/operator/accounts", "operator-account", doors(operatorAct((*server).switchAccount))},
		{"POST", "/operator/restore", "operator-restore", doors(operatorAct((*server).restoreConvener))},
		{"GET", seats, "seats", func(s *server) handler { return s.getDelegationSeats }},
		{"POST", seats, "seats-act", func(s *server) handler { return s.postDelegationSeats }},
		{"POST", below + "/invitations", "invite", doors(func(s *server) handler { return s.invite })},
		{"POST", below + "/invitations/withdraw", "invite-withdraw", doors(func(s *server) handler { return s.withdraw })},
	}
	for _, a := range accountActs {
		rs = append(rs, Route{"POST", "/account/" + a.path, "account-" + hyphened(a.path), doors(accountAct(a.do))})
	}
	return rs
}

// hyphened is a path as a part of a route's name.
func hyphened(path string) string { return strings.ReplaceAll(path, "/", "-") }
