package ship

import (
	"errors"
	"time"

	"github.com/weir-otel/weir/internal/segment"
)

// Delivery is a segment on its way: what is known of each of its tables. It
// lives as long as the segment waits, over any number of attempts.
type Delivery struct {
	// recovered is set where an earlier process may have sent the segment.
	recovered bool
	journal   *journal
	tables    map[string]*progress
}

// progress is what is known of one table.
type progress struct {
	settled  bool
	stored   int // rows
	refused  []refusal
	attempts int           // answered with an error that may blame the rows
	alone    map[slice]int // the same of rows that cannot be split further

	sent     bool      // since, identity and accepted are known
	since    time.Time // the first attempt of which no check has said that nothing is stored
	identity string    // of the server and the table then
	accepted uint64    // INSERTs that the table had taken before the first refusal
}

// refusal is rows that ClickHouse does not take.
type refusal struct {
	rows    int
	doubted bool
	class   Class
	code    int
	message string
	key     string
	records []segment.Record
}

// NewDelivery begins, or goes on with, the delivery of the segment whose file is
// at path (empty = it is in memory). recovered says that an earlier process may
// have sent it.
func NewDelivery(path string, recovered bool) (*Delivery, error) {
	if path != "" {
		path += journalSuffix
	}
	j, err := openJournal(path)
	if err != nil {
		return nil, err
	}
	return &Delivery{recovered: recovered, journal: j, tables: map[string]*progress{}}, nil
}

// Close gives back what the delivery has open; it can be begun again.
func (d *Delivery) Close() error { return d.journal.close() }

// Forget is Close for a segment that is gone.
func (d *Delivery) Forget() error { return d.journal.forget() }

// Steps grows with everything that an attempt has settled.
func (d *Delivery) Steps() int {
	steps := 0
	for _, p := range d.tables {
		if p.settled {
			steps++
		}
	}
	for _, slices := range d.journal.tables {
		steps += len(slices)
	}
	return steps
}

func (d *Delivery) table(name string) *progress {
	p := d.tables[name]
	if p == nil {
		p = &progress{}
		d.tables[name] = p
	}
	return p
}

// DoubtError is an error that may be about this segment alone: others should be
// sent before it is tried again.
type DoubtError struct{ Err error }

func (e *DoubtError) Error() string { return e.Err.Error() }

func (e *DoubtError) Unwrap() error { return e.Err }

// Doubtful says whether others should be sent before the segment is tried again.
func Doubtful(err error) bool {
	var doubt *DoubtError
	return errors.As(err, &doubt)
}
