package ship

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/segment"
)

// Letter is the refused rows of a segment, as a segment of their own: replayed
// rows need an id that nothing is stored or resolved under.
type Letter struct {
	Header  segment.Header
	Records []segment.Record
}

// refuse adds a table's refusals to the result, by code.
func (r *Result) refuse(table string, refused []refusal) {
	for _, one := range refused {
		at := slices.IndexFunc(r.Refused, func(t segment.TableReason) bool { return t.Table == table && t.Code == one.code })
		if at < 0 {
			at = len(r.Refused)
			r.Refused = append(r.Refused, segment.TableReason{Table: table, Code: one.code, Message: one.message, Key: one.key})
		}
		r.Refused[at].Rows += one.rows
		if r.Letter == nil {
			r.Letter = &Letter{}
		}
		r.Letter.Records = append(r.Letter.Records, one.records...)
	}
}

// size is about what the letter takes on disk.
func (l *Letter) size() int64 {
	var n int64
	for _, record := range l.Records {
		for _, t := range record.Tables {
			n += int64(len(t.Block))
		}
	}
	return n
}

// Write puts the letter into the dead-letter folder of a segment folder that
// may hold maxBytes (0 = any number). It replaces what an earlier attempt has
// written.
func (r *Result) Write(directory string, from segment.ID, now time.Time, maxBytes int64) error {
	if maxBytes > 0 {
		used, err := segment.DeadLetterBytes(directory)
		if err != nil {
			return err
		}
		if used+r.Letter.size() > maxBytes {
			return fmt.Errorf("%w: %d of %d bytes are used; replay or remove some (weirctl dead-letter), or raise `dead_letter::max_mib`",
				segment.ErrDeadLettersFull, used, maxBytes)
		}
	}
	return segment.WriteLetter(directory, r.Letter.Header, r.Letter.Records, r.reason(from, now))
}

// finishLetter names the letter. Its first record asks for the recompute of all
// that the segment changes: more than needed, which costs time only.
func (r *Result) finishLetter(from *segment.Reader) error {
	if r.Letter == nil {
		return nil
	}
	buckets, err := changedBuckets(from)
	if err != nil {
		return err
	}
	r.Letter.Records[0].Meta = recompute.AppendBuckets(nil, buckets)
	r.Letter.Header = segment.Header{ID: from.Header.ID.Letter(), Created: from.Header.Created}
	return nil
}

func (r *Result) reason(from segment.ID, now time.Time) segment.Reason {
	return segment.Reason{
		Segment: r.Letter.Header.ID.String(), From: from.String(), Created: r.Letter.Header.Created,
		At: now, Tables: r.Refused,
	}
}

// Replay sends a dead letter again. What is stored of it is noted beside it; it
// is removed when nothing is left.
func (s *Shipper) Replay(ctx context.Context, letter segment.DeadLetter) (Result, error) {
	r, err := segment.OpenReader(letter.Path)
	if err != nil {
		return Result{}, err
	}
	defer r.Close()
	d, err := NewDelivery(letter.Path, true)
	if err != nil {
		return Result{}, err
	}
	defer d.Close()
	if err := d.tryRefusedAgain(); err != nil {
		return Result{}, err
	}
	for _, table := range r.Tables() {
		if letter.Stored[table] == r.Rows(table) {
			d.table(table).settled, d.table(table).stored = true, r.Rows(table)
		}
	}
	result, err := s.Send(ctx, r, d)
	if err != nil {
		return result, err
	}
	if result.Letter == nil {
		return result, errors.Join(d.Forget(), letter.Remove())
	}
	letter.Tables, letter.Stored, letter.At = result.Refused, result.Stored, s.Now()
	return result, letter.Update()
}

// tryRefusedAgain takes the refusals out of the journal.
func (d *Delivery) tryRefusedAgain() error {
	for table, steps := range d.journal.tables {
		for at, known := range steps {
			if known.Do != doRefused {
				continue
			}
			if err := d.journal.add(step{Table: table, Do: doAgain, First: at.first, Last: at.last}); err != nil {
				return err
			}
		}
	}
	return nil
}
