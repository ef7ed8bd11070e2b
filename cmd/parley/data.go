package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/internal/ledger"
	"parley/internal/processfile"
	"parley/internal/sign"
	"parley/internal/talks"
	"parley/record"
)

// dataFolder is the folder where none is named.
const dataFolder = "data"

type loadCmd struct {
	File string `arg:"" help:"The process file; - for standard input."`
	Data string `help:"The folder for the data, which is made if need be; data where it is left out."`
	remote
}

// Run loads the file.
func (c *loadCmd) Run(p *program) error {
	f, err := p.parseFile(c.File)
	if err != nil {
		return err
	}
	if c.wanted(p, c.Data) {
		return c.send(p, f)
	}
	data := cmp.Or(c.Data, dataFolder)
	l, err := ledger.Open(p.ctx, data)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	rooms, err := processfile.Load(p.ctx, l, f)
	if errors.Is(err, ledger.ErrExists) {
		return usage("%s: %s has a process %s already; choose another name for it, or another folder", f.Name, data, f.Process)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s: %d acts in %d rooms\n", f.Process, len(f.Acts), len(rooms))
	fmt.Fprintf(p.stdout, "The host's key is %s\n", l.HostKey())
	return nil
}

// openData opens a folder that has to be there: a mistyped path must not make a new one.
func (p *program) openData(data string) (*ledger.Ledger, error) {
	if data != "memory:" {
		if _, err := os.Stat(filepath.Join(data, "parley.db")); err != nil {
			return nil, fmt.Errorf("opening the record: %w", err)
		}
	}
	return ledger.Open(p.ctx, data)
}

// view opens the view of a seat, at a time where one is given.
func (p *program) view(l *ledger.Ledger, process, seat, at string) (*ledger.View, error) {
	v := ledger.Viewer{Process: process, Seat: talks.Seat(seat)}
	if !v.Seat.Valid() {
		return nil, usage("--as: %q is not a seat; write the delegation's code, a hyphen and a name, as in us-head", seat)
	}
	var view *ledger.View
	var err error
	if at == "" {
		view, err = l.View(p.ctx, v)
	} else {
		var t time.Time
		if t, err = parseAt(at); err != nil {
			return nil, err
		}
		view, err = l.ViewAt(p.ctx, v, t)
	}
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, usage("there is no process %s, or %s is no seat of it; check both", process, seat)
	}
	return view, err
}

type exportCmd struct {
	Process string `arg:"" optional:"" help:"The process; with a server that of the token where it is left out."`
	As      string `help:"The seat that sees it; with a server it is the token's."`
	Data    string `help:"The folder with the data; data where it is left out."`
	Output  string `short:"o" help:"The file to write; standard output where it is left out."`
	remote
}

// Run writes the process file.
func (c *exportCmd) Run(p *program) error {
	if c.wanted(p, c.Data) {
		t, err := c.connect(p, c.Process, c.As)
		if err != nil {
			return err
		}
		if err := t.check(p); err != nil {
			return err
		}
		return p.output(c.Output, func(w io.Writer) error { return ofServer(t.Export(p.ctx, w)) })
	}
	if err := whose(c.Process, c.As); err != nil {
		return err
	}
	l, err := p.openData(cmp.Or(c.Data, dataFolder))
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	view, err := p.view(l, c.Process, c.As, "")
	if err != nil {
		return err
	}
	return p.output(c.Output, func(w io.Writer) error { return processfile.Export(p.ctx, view, w) })
}

// whose checks what a folder cannot say: who sees it.
func whose(process, as string) error {
	switch {
	case process == "":
		return usage("which process? Name it; see parley --help")
	case as == "":
		return usage("missing flags: --as=STRING; see parley --help")
	}
	return nil
}

type archiveCmd struct {
	Process string `arg:"" optional:"" help:"The process; with a server that of the token where it is left out."`
	As      string `help:"The seat that sees it; with a server it is the token's."`
	Data    string `help:"The folder with the data; data where it is left out."`
	Output  string `short:"o" required:"" help:"The file to write; - for standard output."`
	remote
}

// Run writes the archive.
func (c *archiveCmd) Run(p *program) error {
	if c.wanted(p, c.Data) {
		t, err := c.connect(p, c.Process, c.As)
		if err != nil {
			return err
		}
		if err := t.check(p); err != nil {
			return err
		}
		return p.output(c.Output, func(w io.Writer) error { return ofServer(t.Archive(p.ctx, w)) })
	}
	if err := whose(c.Process, c.As); err != nil {
		return err
	}
	l, err := p.openData(cmp.Or(c.Data, dataFolder))
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	if _, err := p.view(l, c.Process, c.As, ""); err != nil {
		return err
	}
	v := ledger.Viewer{Process: c.Process, Seat: talks.Seat(c.As)}
	return p.output(c.Output, func(w io.Writer) error { return l.Archive(p.ctx, v, w) })
}

type verifyCmd struct {
	File  string   `arg:"" optional:"" help:"The archive; - for standard input. Left out with a server: what the server shows the token's seat."`
	Host  string   `help:"The host's key, as you were told it by another way. As --host-key."`
	Known []string `sep:"none" help:"A checkpoint kept from earlier, which the archive has to extend. Can be given several times."`

	Signers string `placeholder:"FILE" help:"Whose keys you know to be whose, as ssh-keygen's allowed_signers, with seats as principals: every signature by SSH key has to be by one of its seat's."`
	remote
}

// Run verifies the archive. A wrong one is exit code 1.
func (c *verifyCmd) Run(p *program) error {
	o := record.Options{Known: map[string][]byte{}}
	flag := "--host"
	if c.Host == "" {
		flag = "--host-key"
	}
	if c.HostKey = cmp.Or(c.Host, c.HostKey, p.env("PARLEY_HOST_KEY")); c.HostKey != "" {
		key, err := record.ParseHostKey(c.HostKey)
		if err != nil {
			return usage("%s: %v", flag, err)
		}
		o.Host = key
	}
	if c.File != "" && c.Heads != "" {
		return usage("--heads: it is for what a server shows; leave the file out and give --server, or give checkpoints with --known")
	}
	for _, name := range c.Known {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		// Mail and editors change how lines end, which is nothing that was signed.
		text := strings.Trim(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n") + "\n"
		room, rest, _ := strings.Cut(text, "\n")
		if rest == "" || !talks.RoomID(room).Valid() {
			return usage("--known: %s is not a checkpoint; copy it whole, from the room's identifier to the signature's line", name)
		}
		o.Known[room] = []byte(text)
	}
	signers, err := c.signers()
	if err != nil {
		return err
	}
	in, closed, err := c.open(p, &o)
	if err != nil {
		return err
	}
	defer closed()
	var signed sign.Gathering
	erased := map[talks.Ref]bool{}
	report, err := record.ReadArchive(in, o, func(e record.ArchiveEntry) error {
		signed.Add(e)
		act, err := talks.Decode(talks.Kind(e.Leaf.Kind), e.Payload)
		if erase, ok := act.(*talks.RecordErase); ok && err == nil {
			erased[(&talks.Entry{Room: talks.RoomID(e.Room), Index: erase.Entry}).Ref()] = true
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	// An entry's words can be gone only where an act of its room says so; a file without them has the same roots.
	for _, room := range report.Rooms {
		for _, index := range room.Erased {
			if !erased[(&talks.Entry{Room: talks.RoomID(room.Room), Index: index}).Ref()] {
				return fmt.Errorf("%s: %w", c.File, &record.VerifyError{Room: room.Room, Index: index,
					Problem: "its words are missing, and no act of the room erases them: somebody left them out; ask for the whole archive"})
			}
		}
	}
	c.print(p.stdout, report)
	return c.signatures(p.stdout, signed.All(), signers)
}

// open opens the file, or asks the server for its archive. From a server the heads that were kept have to be extended.
func (c *verifyCmd) open(p *program, o *record.Options) (in io.Reader, closed func(), err error) {
	switch {
	case c.File == "-":
		return p.stdin, func() {}, nil
	case c.File != "":
		f, err := os.Open(c.File)
		if err != nil {
			return nil, nil, err
		}
		return f, func() { _ = f.Close() }, nil
	case !c.wanted(p, ""):
		return nil, nil, usage("which archive? Name a file, - for standard input, or --server")
	}
	t, err := c.connect(p, "", "")
	if err != nil {
		return nil, nil, err
	}
	c.File = "the archive of " + t.process
	if err := t.check(p); err != nil {
		return nil, nil, err
	}
	if t.heads != nil {
		for room, checkpoint := range t.heads.Checkpoints() {
			o.Known[room] = []byte(checkpoint)
		}
	}
	r, w := io.Pipe()
	go func() { _ = w.CloseWithError(ofServer(t.Archive(p.ctx, w))) }()
	return r, func() { _ = r.Close() }, nil
}

func (c *verifyCmd) print(w io.Writer, r *record.Report) {
	fmt.Fprintf(w, "%s holds what its host signed of %s.\n", c.File, r.Process)
	for _, room := range r.Rooms {
		fmt.Fprintf(w, "  room %s  %d entries  root %s  %s\n", room.Room, room.Head.Size, room.Head.Root, room.Title)
		if n := len(room.Erased); n > 0 {
			fmt.Fprintf(w, "    erased: %d, of which only the leaves are left\n", n)
		}
		if room.Known >= 0 {
			fmt.Fprintf(w, "    extends the checkpoint of %d entries\n", room.Known)
		}
	}
	fmt.Fprintf(w, "host %s\n", r.Host)
	if !r.Pinned {
		fmt.Fprintln(w, "The key is the archive's own word. Compare it with the one that the host told you, or give that one with --host.")
	}
	fmt.Fprintf(w, "sum %s\n", r.Sum)
}

type seatsCmd struct {
	File string `arg:"" help:"The process file; - for standard input."`
}

// Run lists the seats.
func (c *seatsCmd) Run(p *program) error {
	f, err := p.parseFile(c.File)
	if err != nil {
		return err
	}
	for _, s := range f.Seats() {
		fmt.Fprintln(p.stdout, s)
	}
	return nil
}

type versionCmd struct{}

// Run prints the version that the build knows.
func (versionCmd) Run(p *program) error {
	fmt.Fprintln(p.stdout, "parley", version())
	return nil
}
