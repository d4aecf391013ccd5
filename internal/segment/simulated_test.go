package segment

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// errDown is what a process sees of its disk after it was killed.
var errDown = errors.New("the process is dead")

// simulated is a disk that can be full, read-only, broken, and lose power.
//
// What a process does to a file, or to the names in a folder, is pending until
// the file, or the folder, is synced. When the power fails, any part of what is
// pending may be lost: all, some, and half of a write. A sync that fails loses
// some of it as well, and the next sync says nothing of that, as on Linux.
type simulated struct {
	rng    *rand.Rand
	names  map[string]*simulatedFile // as processes see them
	onDisk map[string]*simulatedFile // as they are after a power failure
	moves  []move                    // between the two

	space    int64       // bytes left; < 0 = no limit
	readOnly bool        // nothing can be changed
	breakage float64     // probability that a change fails
	killIn   int         // the process dies at that change; 0 = never
	life     int         // handles of an earlier life are dead
	flaw     func(*flaw) // of the program, for the positive controls

	trace func(format string, args ...any) // where set, is told what is done
}

// flaw is a call that a bad program would not make, or would ignore.
type flaw struct {
	call, path string
	skip       bool  // it is not made, and seems to succeed
	err        error // of the call, if it was made; may be replaced
}

// move is a change of names.
type move struct {
	folders []string
	apply   func(names map[string]*simulatedFile)
}

type simulatedFile struct {
	data    []byte // as processes see it
	onDisk  []byte
	pending []change
}

// change of a file's data; data == nil cuts it off.
type change struct {
	at   int64
	data []byte
}

func (c change) apply(to []byte) []byte {
	if c.data != nil {
		return writeAt(to, c.data, c.at)
	}
	if c.at < int64(len(to)) {
		return to[:c.at:c.at]
	}
	return to
}

func newSimulated(rng *rand.Rand) *simulated {
	return &simulated{rng: rng, names: map[string]*simulatedFile{}, onDisk: map[string]*simulatedFile{}, space: -1}
}

func (d *simulated) log(format string, args ...any) {
	if d.trace != nil {
		d.trace(format, args...)
	}
}

// kill ends the process; what it wrote stays with the kernel.
func (d *simulated) kill() {
	d.log("kill")
	d.life, d.killIn = d.life+1, 0
}

// powerFailure is a kill that loses what is pending.
func (d *simulated) powerFailure() {
	d.kill()
	d.log("power failure")
	inOrder, kept := d.rng.IntN(2) == 0, d.rng.IntN(len(d.moves)+1)
	for i, m := range d.moves {
		if inOrder && i < kept || !inOrder && d.rng.IntN(2) == 0 {
			m.apply(d.onDisk)
		}
	}
	d.moves = nil
	d.names = map[string]*simulatedFile{}
	for _, path := range slices.Sorted(maps.Keys(d.onDisk)) { // in the same order for a seed
		f := d.onDisk[path]
		f.lose(d.rng)
		f.data = slices.Clone(f.onDisk)
		d.names[path] = f
	}
}

// lose writes some of what is pending to the disk, and forgets the rest.
func (f *simulatedFile) lose(rng *rand.Rand) {
	for _, c := range f.pending {
		switch rng.IntN(4) {
		case 0:
			f.onDisk = c.apply(f.onDisk)
		case 1:
			if len(c.data) > 0 {
				c.data = c.data[:rng.IntN(len(c.data))]
				f.onDisk = c.apply(f.onDisk)
			}
		}
	}
	f.pending = nil
}

// change says whether a call that changes something may go on.
func (d *simulated) change(life int) error {
	if life != d.life {
		return errDown
	}
	if d.killIn > 0 {
		if d.killIn--; d.killIn == 0 {
			d.kill()
			return errDown
		}
	}
	switch {
	case d.readOnly:
		return syscall.EROFS
	case d.rng.Float64() < d.breakage:
		return syscall.EIO
	}
	return nil
}

// free gives back what a file took that has no name any more.
func (d *simulated) free(f *simulatedFile) {
	if f != nil && d.space >= 0 {
		d.space += int64(len(f.data))
	}
}

func (d *simulated) moveNames(m move) {
	m.apply(d.names)
	d.moves = append(d.moves, m)
}

// process is the disk as one life of the process sees it.
type process struct {
	*simulated
	life int
}

var _ files = process{}

func (d *simulated) process() process { return process{d, d.life} }

func (p process) makeFolder(string) error { return p.change(p.life) }

func (p process) list(folder string) ([]entry, error) {
	if p.life != p.simulated.life {
		return nil, errDown
	}
	var entries []entry
	for path, f := range p.names {
		if filepath.Dir(path) == folder {
			entries = append(entries, entry{name: filepath.Base(path), size: int64(len(f.data))})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries, nil
}

func (p process) create(path string) (file, error) {
	if err := p.change(p.life); err != nil {
		return nil, err
	}
	if p.names[path] != nil {
		return nil, fs.ErrExist
	}
	f := &simulatedFile{}
	p.moveNames(move{[]string{filepath.Dir(path)}, func(names map[string]*simulatedFile) { names[path] = f }})
	p.log("create %s", path)
	return &handle{process: p, file: f, path: path}, nil
}

func (p process) open(path string) (file, error) {
	if p.life != p.simulated.life {
		return nil, errDown
	}
	f := p.names[path]
	if f == nil {
		return nil, fs.ErrNotExist
	}
	return &handle{process: p, file: f, path: path}, nil
}

func (p process) rename(from, to string) error {
	if err := p.change(p.life); err != nil {
		return err
	}
	f := p.names[from]
	if f == nil {
		return fs.ErrNotExist
	}
	p.log("rename %s %s", from, to)
	p.free(p.names[to])
	p.moveNames(move{[]string{filepath.Dir(from), filepath.Dir(to)}, func(names map[string]*simulatedFile) {
		delete(names, from)
		names[to] = f
	}})
	return nil
}

func (p process) remove(path string) error {
	if err := p.change(p.life); err != nil {
		return err
	}
	if p.names[path] == nil {
		return fs.ErrNotExist
	}
	p.log("remove %s", path)
	p.free(p.names[path])
	p.moveNames(move{[]string{filepath.Dir(path)}, func(names map[string]*simulatedFile) { delete(names, path) }})
	return nil
}

func (p process) syncFolder(path string) error {
	return p.flawed("syncFolder", path, func() error {
		if err := p.change(p.life); err != nil {
			return err
		}
		p.log("syncFolder %s", path)
		p.moves = slices.DeleteFunc(p.moves, func(m move) bool {
			if slices.Contains(m.folders, path) {
				m.apply(p.onDisk)
				return true
			}
			return false
		})
		return nil
	})
}

func (p process) flawed(call, path string, do func() error) error {
	f := flaw{call: call, path: path}
	if p.flaw != nil {
		if p.flaw(&f); f.skip {
			return nil
		}
	}
	f.err = do()
	if p.flaw != nil {
		p.flaw(&f)
	}
	return f.err
}

// handle is an open file.
type handle struct {
	process
	file   *simulatedFile
	path   string
	closed bool
}

func (h *handle) ReadAt(p []byte, at int64) (int, error) {
	if h.life != h.simulated.life {
		return 0, errDown
	}
	if at >= int64(len(h.file.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.file.data[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) put(c change) {
	h.file.data = c.apply(h.file.data)
	h.file.pending = append(h.file.pending, c)
}

// WriteAt leaves a part of p in the file when it fails.
func (h *handle) WriteAt(p []byte, at int64) (int, error) {
	if h.closed {
		return 0, fs.ErrClosed
	}
	err := h.change(h.life)
	if errors.Is(err, errDown) && h.life+1 != h.simulated.life || errors.Is(err, syscall.EROFS) {
		return 0, err
	}
	if err == nil && h.space >= 0 && at+int64(len(p)) > int64(len(h.file.data))+h.space {
		err = syscall.ENOSPC
	}
	part := slices.Clone(p)
	if err != nil {
		part = part[:h.rng.IntN(len(part)+1)]
		if room := int64(len(h.file.data)) + h.space - at; h.space >= 0 && int64(len(part)) > room {
			part = part[:max(0, room)]
		}
	}
	before := len(h.file.data)
	if len(part) > 0 {
		h.put(change{at, part})
	}
	if h.space >= 0 {
		h.space -= int64(len(h.file.data) - before)
	}
	h.log("write %s at %d len %d: %d %v", h.path, at, len(p), len(part), err)
	return len(part), err
}

func (h *handle) Truncate(size int64) error {
	if err := h.change(h.life); err != nil {
		return err
	}
	if h.space >= 0 {
		h.space += int64(len(h.file.data)) - size
	}
	h.log("truncate %s %d", h.path, size)
	h.put(change{at: size})
	return nil
}

func (h *handle) Sync() error {
	return h.flawed("Sync", h.path, func() error {
		err := h.change(h.life)
		h.log("sync %s %v", h.path, err)
		switch {
		case err == nil:
			for _, c := range h.file.pending {
				h.file.onDisk = c.apply(h.file.onDisk)
			}
			h.file.pending = nil
		case errors.Is(err, syscall.EIO):
			h.file.lose(h.rng)
		}
		return err
	})
}

func (h *handle) Size() (int64, error) { return int64(len(h.file.data)), nil }

func (h *handle) Close() error {
	h.closed = true
	return nil
}
