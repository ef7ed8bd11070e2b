package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"parley/internal/ledger"
)

// smallDisk mounts a file system of so many bytes, or skips the test where that is not allowed.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	folder := t.TempDir()
	if err := unix.Mount("none", folder, "tmpfs", 0, fmt.Sprintf("size=%d,mode=700", size)); err != nil {
		t.Skipf("mounting a small disk needs root: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, 0); err != nil {
			t.Errorf("unmounting: %v", err)
		}
	})
	return folder
}

// TestDiskFull: on a disk that is really full, reading goes on, acts are refused whole, and writing resumes when there is room; all of it
// several times, and the record stands.
func TestDiskFull(t *testing.T) {
	dir := smallDisk(t, 6<<20)
	l, rooms := open(t, dir)
	direct := rooms["direct"]
	ballast := filepath.Join(dir, "ballast")
	want, known := int64(2), map[string][]byte{}
	for round := range 3 {
		for i := range 3 {
			r := put(t, l, "us-head", direct, "remark.write", fmt.Sprintf(`{"text":"%d-%d"}`, round, i))
			known[string(direct)] = r.Checkpoint
			want++
		}
		fill(t, ballast)
		big := fmt.Sprintf(`{"text":%q}`, strings.Repeat("much ", 3000))
		refusals := 0
		for i := range 6 {
			r, err := l.Append(t.Context(), as("us-head"), direct, "remark.write", []byte(big), ledger.Key(fmt.Sprintf("big %d-%d", round, i)))
			switch {
			case errors.Is(err, ledger.ErrUnavailable):
				refusals++
			case err != nil:
				t.Fatal(err)
			default: // the log's old blocks took it
				known[string(direct)] = r.Checkpoint
				want++
			}
			v, err := l.View(t.Context(), as("ru-head"))
			if err != nil || v.World().Room(direct).Size() != want {
				t.Fatalf("reading on a full disk: %v", err)
			}
		}
		if refusals == 0 {
			t.Error("nothing was refused on a full disk")
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	}
	put(t, l, "us-head", direct, "remark.write", `{"text":"room again"}`)
	verify(t, l, "us-head", known)
	closed(t, l)
	if report, err := ledger.Check(t.Context(), dir, ""); err != nil || len(report.Faults) > 0 {
		t.Errorf("%v, %v", report, err)
	}
	// A disk that cannot be written any more can be checked and backed up all the same.
	if err := unix.Mount("none", dir, "tmpfs", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Open(t.Context(), dir); err == nil {
		t.Error("a read-only folder was opened for writing")
	}
	if report, err := ledger.Check(t.Context(), dir, ""); err != nil || len(report.Faults) > 0 {
		t.Errorf("checking a read-only folder: %v, %v", report, err)
	}
	var b bytes.Buffer
	if _, err := ledger.WriteBackup(t.Context(), dir, t.TempDir(), &b); err != nil {
		t.Errorf("backing up a read-only folder: %v", err)
	}
	to := filepath.Join(t.TempDir(), "restored")
	if _, _, err := ledger.Restore(t.Context(), ledger.Restoring{Tar: &b, Data: to}); err != nil {
		t.Fatal(err)
	}
	l, _ = open(t, to)
	verify(t, l, "us-head", known)
}

// TestBackupFull: a backup for which there is no room fails, and leaves nothing behind.
func TestBackupFull(t *testing.T) {
	disk := smallDisk(t, 1<<20)
	dir := t.TempDir()
	l, _ := open(t, dir)
	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	if _, err := ledger.WriteBackup(t.Context(), dir, disk, io.Discard); err == nil {
		t.Error("a backup was made on a full disk")
	}
	if _, err := ledger.BackupFolder(t.Context(), dir, filepath.Join(disk, "b")); err == nil {
		t.Error("a backup was made on a full disk")
	}
	var b bytes.Buffer
	if _, err := l.Backup(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ledger.Restore(t.Context(), ledger.Restoring{Tar: &b, Data: filepath.Join(disk, "r")}); err == nil {
		t.Error("a backup was restored to a full disk")
	}
	if left, _ := os.ReadDir(disk); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// fill makes a file that takes what room there is.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
