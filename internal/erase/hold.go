package erase

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Hold says that a subject's data must be kept.
type Hold struct {
	ID         string     `json:"id"`
	KeyID      string     `json:"key_id"`
	Subject    string     `json:"subject"` // keyed hash
	Reason     string     `json:"reason"`
	Until      *time.Time `json:"until,omitempty"` // nil = until it is released
	PlacedBy   string     `json:"placed_by"`
	PlacedAt   time.Time  `json:"placed_at"`
	ReleasedBy string     `json:"released_by,omitempty"`
	ReleasedAt *time.Time `json:"released_at,omitempty"`
}

// InForce says whether the hold forbids an erasure.
func (h *Hold) InForce(now time.Time) bool {
	return h.ReleasedAt == nil && (h.Until == nil || now.Before(*h.Until))
}

// Holds reads and writes table legal_holds.
type Holds struct {
	Conn driver.Conn
	Now  func() time.Time
}

var errReasonNames = errors.New("the reason names the subject: only a keyed hash of it is stored, so say it without, e.g. by a case number")

// Add places a hold on each id of the subject and returns them.
func (h *Holds) Add(ctx context.Context, key *Key, subject *Subject, reason string, until *time.Time, by string) ([]Hold, error) {
	finder, err := newFinder(subject.patterns())
	if err != nil {
		return nil, err
	}
	if finder.texts.MatchString(reason) {
		return nil, errReasonNames
	}
	if strings.TrimSpace(reason) == "" {
		return nil, errors.New("a hold needs a reason: who erases next has to know whom to ask")
	}
	var holds []Hold
	for _, hash := range key.hashes(subject) {
		id, err := randomID()
		if err != nil {
			return nil, err
		}
		holds = append(holds, Hold{
			ID: id, KeyID: key.ID(), Subject: hash, Reason: reason, Until: until, PlacedBy: withoutSubject(finder, by), PlacedAt: h.Now().UTC().Truncate(time.Millisecond),
		})
	}
	return holds, h.store(ctx, holds)
}

// Release ends the hold of that id.
func (h *Holds) Release(ctx context.Context, id, by string) (*Hold, error) {
	all, err := h.List(ctx)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(hold Hold) bool { return hold.ID == id })
	if at < 0 {
		return nil, fmt.Errorf("there is no hold %q: see weirctl erase hold list", id)
	}
	hold := &all[at]
	if hold.ReleasedAt != nil {
		return hold, nil
	}
	now := h.Now().UTC().Truncate(time.Millisecond)
	hold.ReleasedBy, hold.ReleasedAt = by, &now
	return hold, h.store(ctx, []Hold{*hold})
}

// List returns all holds, released ones too, the oldest first.
func (h *Holds) List(ctx context.Context) ([]Hold, error) {
	rows, err := h.Conn.Query(ctx, `SELECT hold_id, key_id, subject, reason, until, placed_by, placed_at, released_by, released_at
		FROM legal_holds FINAL ORDER BY placed_at, hold_id`)
	if err != nil {
		return nil, fmt.Errorf("cannot read the legal holds: %w", err)
	}
	defer rows.Close()
	holds := []Hold{}
	for rows.Next() {
		var hold Hold
		if err := rows.Scan(&hold.ID, &hold.KeyID, &hold.Subject, &hold.Reason, &hold.Until, &hold.PlacedBy, &hold.PlacedAt, &hold.ReleasedBy, &hold.ReleasedAt); err != nil {
			return nil, fmt.Errorf("cannot read a legal hold: %w", err)
		}
		holds = append(holds, hold)
	}
	return holds, rows.Err()
}

func (h *Holds) store(ctx context.Context, holds []Hold) error {
	batch, err := h.Conn.PrepareBatch(ctx, `INSERT INTO legal_holds (hold_id, key_id, subject, reason, until, placed_by, placed_at, released_by, released_at, version)`)
	if err != nil {
		return fmt.Errorf("cannot store a legal hold: %w", err)
	}
	for _, hold := range holds {
		if err := batch.Append(hold.ID, hold.KeyID, hold.Subject, hold.Reason, hold.Until, hold.PlacedBy, hold.PlacedAt, hold.ReleasedBy, hold.ReleasedAt, uint64(h.Now().UnixMicro())); err != nil {
			return fmt.Errorf("cannot store a legal hold: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("cannot store a legal hold: %w", err)
	}
	return nil
}

// HeldError refuses an erasure.
type HeldError struct{ Hold Hold }

func (e *HeldError) Error() string {
	until := "until it is released"
	if e.Hold.Until != nil {
		until = "until " + e.Hold.Until.Format(time.DateOnly)
	}
	return fmt.Sprintf("nothing is erased: the subject is under legal hold %s %s, placed by %s on %s: %s; ask them, and when it is over: weirctl erase hold release %s",
		e.Hold.ID, until, e.Hold.PlacedBy, e.Hold.PlacedAt.Format(time.DateOnly), e.Hold.Reason, e.Hold.ID)
}

// check refuses a held subject, and one of whom it cannot be told.
func (h *Holds) check(ctx context.Context, key *Key, subject *Subject) error {
	holds, err := h.List(ctx)
	if err != nil {
		return err
	}
	hashes := key.hashes(subject)
	for _, hold := range holds {
		switch {
		case !hold.InForce(h.Now()):
		case hold.KeyID != key.ID():
			return fmt.Errorf("nothing is erased: legal hold %s was placed with another key (%s, this is %s), so it cannot be told whether it is the subject's: give that key with --key, or place the hold again",
				hold.ID, hold.KeyID, key.ID())
		case slices.Contains(hashes, hold.Subject):
			return &HeldError{Hold: hold}
		}
	}
	return nil
}

// withoutSubject is the name of who acts, unless it names the subject.
func withoutSubject(f *finder, name string) string {
	if f.texts.MatchString(name) {
		return "(the data subject)"
	}
	return name
}
