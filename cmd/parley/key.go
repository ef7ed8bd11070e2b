package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"parley/internal/sign"
)

// signer finds the key to sign with: that of a file, or of the agent where the file has only the public key or none is named. closed lets
// go of the agent.
func (p *program) signer(file string) (s ssh.Signer, closed func(), err error) {
	if file == "" {
		return p.agent(sign.Key{})
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	if key, err := sign.ParseKey(string(b)); err == nil {
		return p.agent(key)
	}
	s, err = ssh.ParsePrivateKey(b)
	if errors.As(err, new(*ssh.PassphraseMissingError)) {
		var passphrase []byte
		if passphrase, err = p.secret("The passphrase of " + file + ": "); err != nil {
			return nil, nil, err
		}
		s, err = ssh.ParsePrivateKeyWithPassphrase(b, passphrase)
	}
	if err != nil {
		return nil, nil, usage("--key: %s cannot be used: %v; for a security key name the .pub file, with the key in ssh-agent, or sign with ssh-keygen and --export", file, err)
	}
	return s, func() {}, nil
}

// secret reads a line that nobody is to see: from a terminal without showing it, or from what is piped in.
func (p *program) secret(prompt string) ([]byte, error) {
	if f, ok := p.stdin.(*os.File); ok {
		if loud := silent(f); loud != nil {
			// Who ends the program at the prompt gets a terminal back that shows what is typed.
			stop := context.AfterFunc(p.ctx, loud)
			fmt.Fprint(p.stderr, prompt)
			defer func() { stop(); loud(); fmt.Fprintln(p.stderr) }()
		}
	}
	line, err := bufio.NewReader(io.LimitReader(p.stdin, 4096)).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the passphrase: %w", err)
	}
	if line = []byte(strings.TrimRight(string(line), "\r\n")); len(line) == 0 {
		return nil, usage("--key: the key has a passphrase; type it, or pipe it in, or give the key to ssh-agent and leave --key out")
	}
	return line, nil
}

// agent finds a key in ssh-agent: the one that is wanted, or the only one that can sign here.
func (p *program) agent(want sign.Key) (ssh.Signer, func(), error) {
	socket := p.env("SSH_AUTH_SOCK")
	if socket == "" {
		return nil, nil, usage("which key? Give --key with the file of a private key, or start ssh-agent")
	}
	conn, err := new(net.Dialer).DialContext(p.ctx, "unix", socket)
	if err != nil {
		return nil, nil, fmt.Errorf("asking ssh-agent: %w", err)
	}
	closed := func() { _ = conn.Close() }
	s, err := choose(conn, want)
	if err != nil {
		closed()
		return nil, nil, err
	}
	return s, closed, nil
}

func choose(conn io.ReadWriter, want sign.Key) (ssh.Signer, error) {
	signers, err := agent.NewClient(conn).Signers()
	if err != nil {
		return nil, fmt.Errorf("asking ssh-agent: %w", err)
	}
	var found []ssh.Signer
	var names []string
	for _, s := range signers {
		key, err := sign.ParseKey(string(ssh.MarshalAuthorizedKey(s.PublicKey())))
		if err != nil || !want.IsZero() && key.String() != want.String() {
			continue
		}
		found, names = append(found, s), append(names, key.Fingerprint())
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, usage("ssh-agent has several keys: %s; say which by --key with the file of its public key", strings.Join(names, ", "))
	case want.IsZero():
		return nil, usage("ssh-agent has no key that can sign; add one with ssh-add, or give --key")
	}
	return nil, usage("--key: ssh-agent does not have the key %s; add it with ssh-add, or name the file of the private key", want.Fingerprint())
}
