package account

import (
	"testing"
	"time"
)

// BenchmarkSession looks a session up, as every request does.
func BenchmarkSession(b *testing.B) {
	s, in, secret := benchStore(b)
	b.Run("session", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := s.Session(b.Context(), in.Token); err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("token", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := s.Token(b.Context(), secret); err != nil {
					b.Error(err)
				}
			}
		})
	})
	b.Run("unknown", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Session(b.Context(), "x"); err == nil {
				b.Error("found")
			}
		}
	})
}

// BenchmarkPassword is what a log-in with a password costs with the work that servers do.
func BenchmarkPassword(b *testing.B) {
	s, _, _ := benchStore(b)
	for b.Loop() {
		if _, err := s.LogInPassword(b.Context(), "ana", good, here); err != nil {
			b.Fatal(err)
		}
	}
}

func benchStore(b *testing.B) (*Store, *LogIn, string) {
	b.Helper()
	s, err := Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	link, err := s.Invite(b.Context(), Invitation{Holding: seat("us-head"), By: "us-head"})
	if err != nil {
		b.Fatal(err)
	}
	in, _, err := s.Register(b.Context(), link, Registration{Login: "ana", Name: "Ana", Password: good}, here)
	if err != nil {
		b.Fatal(err)
	}
	secret, _, err := s.NewToken(b.Context(), in.Token, seat("us-head"), "bench", true, time.Time{})
	if err != nil {
		b.Fatal(err)
	}
	return s, in, secret
}
