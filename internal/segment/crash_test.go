package segment

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// world is a store on a simulated disk, its senders, and the database. Its
// operations are chosen by a seed.
type world struct {
	rng   *rand.Rand
	disk  *simulated
	now   time.Time
	store *Store
	head  uint64 // of the chain that trailers make

	sent     []*message
	database map[ID][]string // records by segment: what comes again counts once
	trailers map[uint64]ID   // by place in the chain
	problems []error
	weak     bool // the disk was full when a segment was removed
}

// message is what a sender wants to be stored.
type message struct {
	text   string
	record *Record
	first  time.Time
	acked  bool
}

const simulatedFolder = "/segments"

func newWorld(seed uint64, flaw func(*flaw)) *world {
	rng := rand.New(rand.NewPCG(seed, 0))
	w := &world{rng: rng, disk: newSimulated(rng), now: time.Unix(1740830400, 0), database: map[ID][]string{}, trailers: map[uint64]ID{}}
	w.disk.flaw = flaw
	return w
}

func (w *world) problem(format string, args ...any) {
	w.problems = append(w.problems, fmt.Errorf(format, args...))
}

func (w *world) open() bool {
	before := w.head
	w.head = 0
	store, err := openFiles(Settings{
		Directory: simulatedFolder, MaxAge: 5 * time.Second, MaxBytes: 600, MaxRows: 50, MaxDiskBytes: 20_000,
		Now:     func() time.Time { return w.now },
		Trailer: w.trailer, Trailed: w.trailed,
	}, w.disk.process())
	if err != nil {
		w.head = max(w.head, before)
		return false
	}
	if w.head < before && store.active == nil { // else its trailer is told when it is sealed
		w.problem("the chain's end is %d after a restart, it was %d", w.head, before)
	}
	w.store = store
	return true
}

func (w *world) trailer(_ Header, digests [][]byte) (*Record, error) {
	meta := binary.BigEndian.AppendUint64(nil, w.head+1)
	return &Record{Meta: meta, Tables: []Table{{Name: "chain", Rows: len(digests), Block: meta}}}, nil
}

func (w *world) trailed(_ Header, trailer *Record) error {
	w.head = max(w.head, binary.BigEndian.Uint64(trailer.Meta))
	return nil
}

// append sends new messages, and some of the last minutes again, in one group.
func (w *world) append() {
	var group []*message
	for range 1 + w.rng.IntN(4) {
		if len(w.sent) > 0 && w.rng.IntN(3) == 0 {
			old := w.sent[w.rng.IntN(len(w.sent))]
			if old.record.Request != ([16]byte{}) && w.now.Sub(old.first) < 9*time.Minute && !slices.Contains(group, old) {
				group = append(group, old)
			}
			continue
		}
		m := &message{text: fmt.Sprintf("<%d>", len(w.sent)), first: w.now}
		block := m.text + strings.Repeat("x", w.rng.IntN(200))
		m.record = &Record{Meta: []byte("m"), Tables: []Table{{Name: "spans", Rows: 1 + w.rng.IntN(20), Block: []byte(block)}}, Audit: w.rng.IntN(4) == 0}
		if w.rng.IntN(2) == 0 {
			binary.BigEndian.PutUint64(m.record.Request[:], uint64(len(w.sent)+1))
		}
		if m.record.Audit {
			m.record.Digests = []byte(m.text)
		}
		w.sent = append(w.sent, m)
		group = append(group, m)
	}
	var waiting []*pending
	for _, m := range group {
		framed, _ := appendRecord(nil, m.record, false)
		p := &pending{record: m.record, framed: framed, done: make(chan struct{})}
		if first, err := w.store.tryEnqueue(p); first == nil && err == nil {
			waiting = append(waiting, p)
		}
	}
	w.store.commitQueue()
	for _, p := range waiting {
		<-p.done
		for _, m := range group {
			if m.record == p.record && (p.err == nil || errors.Is(p.err, ErrDuplicate)) {
				m.acked = true
			}
			if m.record == p.record {
				w.disk.log("append %s %v", m.text, p.err)
			}
		}
	}
}

// deliver takes the oldest segment into the database, or to the dead letters.
func (w *world) deliver() bool {
	w.store.mu.Lock()
	waits := len(w.store.waiting) > 0
	w.store.mu.Unlock()
	if !waits {
		return false
	}
	sealed, err := w.store.Next(context.Background())
	if err != nil {
		return false
	}
	if !w.read(sealed) {
		w.store.Release(sealed)
		return false
	}
	end := w.store.Delivered
	if w.rng.IntN(10) == 0 {
		end = func(sealed *Sealed) error { return w.store.Bury(sealed, Reason{Segment: sealed.ID.String()}) }
	}
	w.weak = w.weak || w.disk.space >= 0
	if end(sealed) != nil {
		w.store.Release(sealed)
		return false
	}
	return true
}

func (w *world) read(sealed *Sealed) bool {
	r, err := w.store.OpenReader(sealed)
	if err != nil {
		if !errors.Is(err, errDown) && w.healthy() {
			w.problem("segment %s cannot be read: %w", sealed.ID, err)
		}
		return false
	}
	defer r.Close()
	var texts []string
	for i := range r.Blocks("spans") {
		part, rows := r.Part("spans", i, i+1)
		body, err := io.ReadAll(part)
		if err != nil {
			return false
		}
		texts = append(texts, strings.TrimRight(string(body[:len(body)-16*rows]), "x"))
	}
	w.disk.log("read %s %v", sealed.ID, texts)
	if before, again := w.database[sealed.ID]; again && !slices.Equal(before, texts) {
		w.problem("segment %s was %v and is %v", sealed.ID, before, texts)
	}
	w.database[sealed.ID] = texts
	if r.Blocks("chain") > 0 {
		for _, meta := range r.Meta {
			if len(meta) != 8 {
				continue
			}
			place := binary.BigEndian.Uint64(meta)
			if other, taken := w.trailers[place]; taken && other != sealed.ID {
				w.problem("place %d of the chain has two segments, %s and %s", place, other, sealed.ID)
			}
			w.trailers[place] = sealed.ID
		}
	}
	return true
}

func (w *world) healthy() bool {
	return w.disk.space < 0 && !w.disk.readOnly && w.disk.breakage == 0 && w.disk.killIn == 0 && w.store.files.(process).life == w.disk.life
}

// trouble changes what the disk is capable of.
func (w *world) trouble() {
	w.disk.space, w.disk.readOnly, w.disk.breakage = -1, false, 0
	switch w.rng.IntN(8) {
	case 0:
		w.disk.space = int64(w.rng.IntN(500))
	case 1:
		w.disk.readOnly = true
	case 2, 3:
		w.disk.breakage = 0.2
	case 4:
		w.disk.killIn = 1 + w.rng.IntN(12)
	}
}

// restart ends the process, if it still lives, and starts another.
func (w *world) restart() {
	if w.rng.IntN(3) == 0 {
		w.disk.kill()
	} else {
		w.disk.powerFailure()
	}
	// After a full disk forgot which requests it has seen, they may come twice.
	if w.weak {
		w.weak = false
		for _, m := range w.sent {
			m.first = time.Time{}
		}
	}
	for !w.open() {
		if w.rng.IntN(2) == 0 {
			w.disk.powerFailure()
		}
		w.trouble()
	}
}

// live does random things, heals the disk, and checks what the database has.
func (w *world) live(steps int) error {
	w.restart()
	for range steps {
		switch w.rng.IntN(12) {
		case 0, 1, 2, 3, 4:
			w.append()
		case 5, 6:
			w.deliver()
		case 7:
			w.now = w.now.Add(time.Duration(w.rng.IntN(3000)) * time.Millisecond)
			w.store.SealExpired()
		case 8:
			w.store.Seal()
		case 9, 10:
			w.trouble()
		case 11:
			w.restart()
		}
		if w.store.files.(process).life != w.disk.life {
			w.restart()
		}
	}
	w.disk.space, w.disk.readOnly, w.disk.breakage, w.disk.killIn = -1, false, 0, 0
	w.restart()
	for w.deliver() {
	}
	w.check()
	return errors.Join(w.problems...)
}

func (w *world) check() {
	times := map[string]int{}
	for _, texts := range w.database {
		for _, text := range texts {
			times[text]++
		}
	}
	for _, m := range w.sent {
		n := times[m.text]
		delete(times, m.text)
		if n > 1 || m.acked && n == 0 {
			w.problem("message %s is stored %d times; acknowledged: %v", m.text, n, m.acked)
		}
	}
	if len(times) > 0 {
		w.problem("messages that nobody sent: %v", times)
	}
	var last ID
	for place := uint64(1); place <= w.head; place++ {
		id, ok := w.trailers[place]
		if !ok || bytes.Compare(id[:], last[:]) <= 0 {
			w.problem("place %d of the chain is of segment %s, after %s", place, id, last)
		}
		last = id
	}
	if n := len(w.trailers); uint64(n) != w.head {
		w.problem("%d trailers are stored, the chain has %d", n, w.head)
	}
}

// What was acknowledged is delivered once, what was not is so at most, and the
// trailers make one chain, whatever fails and whenever the process or the power
// does. A failure names its seed and shows what was done.
func TestNothingIsLostOrDoubledByCrashesAndBadDisks(t *testing.T) {
	acked := 0
	for seed := range crashSeeds() {
		w := newWorld(seed, nil)
		if err := w.live(60); err != nil {
			w = newWorld(seed, nil)
			w.disk.trace = t.Logf
			require.NoError(t, w.live(60), "seed %d", seed)
		}
		for _, m := range w.sent {
			if m.acked {
				acked++
			}
		}
	}
	require.Greater(t, acked, 1000, "hardly anything was stored")
}

// The test above would see these mistakes of a program.
func TestTheCrashTestFindsMistakes(t *testing.T) {
	skip := func(call, suffix string) func(*flaw) {
		return func(f *flaw) { f.skip = f.call == call && strings.HasSuffix(f.path, suffix) }
	}
	for name, flaw := range map[string]func(*flaw){
		"a record is not synced":           skip("Sync", openSuffix),
		"a folder is not synced":           skip("syncFolder", simulatedFolder),
		"a copied segment is not synced":   skip("Sync", scratchSuffix),
		"a sync that failed is made again": func(f *flaw) { f.err = nil },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(1000) {
				if newWorld(seed, flaw).live(60) != nil {
					return
				}
			}
			t.Fatal("no seed shows it")
		})
	}
}

// crashSeeds is how many lives are tried: WEIR_CRASH_SEEDS, or as many as take
// a second.
func crashSeeds() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("WEIR_CRASH_SEEDS"), 10, 64); err == nil {
		return n
	}
	return 300
}
