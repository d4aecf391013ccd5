package verify_test

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// trail is the four tables in memory.
type trail struct {
	events     []verify.Row
	chain      []audit.Entry
	statements []audit.Statement
}

func (t *trail) Statements(context.Context) ([]audit.Statement, error) {
	return slices.Clone(t.statements), nil
}

func (t *trail) Sources(context.Context) (names []string, err error) {
	for _, e := range t.chain {
		names = append(names, e.Source)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (t *trail) Chain(_ context.Context, source string, from uint64, each func(audit.Entry) error) error {
	sorted := slices.Clone(t.chain)
	slices.SortStableFunc(sorted, func(a, b audit.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, e := range sorted {
		if e.Source != source || e.Seq < from {
			continue
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

func dayOf(id audit.SegmentID) time.Time {
	return time.UnixMilli(id.UnixMilli()).UTC().Truncate(24 * time.Hour)
}

func (t *trail) Days(context.Context) (days []time.Time, err error) {
	for _, e := range t.chain {
		days = append(days, dayOf(e.Segment))
	}
	for _, r := range t.events {
		days = append(days, dayOf(r.Segment))
	}
	slices.SortFunc(days, time.Time.Compare)
	return slices.Compact(days), nil
}

func (t *trail) DayEntries(_ context.Context, day time.Time, each func(audit.Entry) error) error {
	for _, e := range t.chain {
		if dayOf(e.Segment).Equal(day) {
			if err := each(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *trail) DayEvents(_ context.Context, day time.Time, each func(*verify.Row) error) error {
	for i := range t.events {
		if r := t.events[i]; dayOf(r.Segment).Equal(day) {
			r.Attributes = slices.Clone(r.Attributes)
			if err := each(&r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *trail) clone() *trail {
	return &trail{events: slices.Clone(t.events), chain: slices.Clone(t.chain), statements: slices.Clone(t.statements)}
}

// collector writes a trail as the exporter does.
type collector struct {
	*trail
	ledger *audit.Ledger
	key    ed25519.PrivateKey
	clock  *time.Time
	number uint64
}

func newKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(slices.Repeat([]byte{seed}, ed25519.SeedSize))
}

func newCollector(t *trail, seed byte, clock *time.Time) *collector {
	c := &collector{trail: t, key: newKey(seed), clock: clock}
	var err error
	if c.ledger, err = audit.Open(c.settings()); err != nil {
		panic(err)
	}
	return c
}

func (c *collector) settings() audit.Settings {
	return audit.Settings{Key: c.key, Interval: time.Minute, EventDays: 30, ChainDays: 400, Now: func() time.Time { return *c.clock }}
}

// segment stores n events in a segment of their own.
func (c *collector) segment(n int) {
	var id audit.SegmentID
	binary.BigEndian.PutUint64(id[:8], uint64(c.clock.UnixMilli())<<16)
	binary.BigEndian.PutUint64(id[8:], uint64(len(c.chain)))
	var digests []audit.Sum
	for range n {
		c.number++
		row := verify.Row{Segment: id}
		row.Event = audit.Event{
			Timestamp: c.clock.UnixNano(), ReceivedAt: c.clock.UnixNano(), ID: fmt.Sprintf("%s-%d", c.ledger.Source(), c.number),
			Kind: "policy.denied", Source: c.ledger.Source(), Reporter: "opa", TenantID: "acme", Connector: "crm-sync", Actor: "ada",
			Rationale: "because", Attributes: []audit.Attribute{{Key: "a", Value: "1"}, {Key: "b", Value: "2"}}, Vouched: true,
		}
		binary.BigEndian.PutUint64(row.Salt[:], uint64(len(c.events)))
		row.Digest = new(audit.Hasher).Digest(row.Salt, &row.Event)
		digests = append(digests, row.Digest)
		c.events = append(c.events, row)
	}
	entries := c.ledger.Trailer(id, digests)
	c.chain = append(c.chain, entries...)
	if err := c.ledger.Trailed(entries); err != nil {
		panic(err)
	}
}

// checkpoint stores what is due at once.
func (c *collector) checkpoint() {
	due, err := c.ledger.Due(true)
	if err != nil {
		panic(err)
	}
	c.statements = append(c.statements, due...)
	if err := c.ledger.Stated(); err != nil {
		panic(err)
	}
}
