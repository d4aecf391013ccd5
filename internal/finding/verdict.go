package finding

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Verdict is what a person says of an episode.
type Verdict string

// The verdicts.
const (
	Seen     Verdict = ""         // somebody looks after it
	True     Verdict = "true"     // an incident: no part of what is usual
	Benign   Verdict = "benign"   // unusual, and all right: more is needed to be told again
	Expected Verdict = "expected" // announced, e.g. a quarter's end: both
)

// ParseVerdict reads true, benign, expected, or "" for none.
func ParseVerdict(text string) (Verdict, error) {
	all := []Verdict{Seen, True, Benign, Expected}
	if v := Verdict(strings.ToLower(text)); slices.Contains(all, v) {
		return v, nil
	}
	return "", fmt.Errorf("verdict %q, expected true, benign or expected", text)
}

// LeavesBaseline says whether the episode is no part of what is usual.
func (v Verdict) LeavesBaseline() bool { return v == True || v == Expected }

// RaisesThreshold says whether more is needed for a time to be told again.
func (v Verdict) RaisesThreshold() bool { return v == Benign || v == Expected }

// Judged is a finding and what somebody said of it.
type Judged struct {
	Finding
	Verdict Verdict   `json:"verdict"`
	Note    string    `json:"note,omitempty"`
	Author  string    `json:"author"`
	SaidAt  time.Time `json:"said_at"`
	Until   time.Time `json:"until,omitzero"` // of a raised threshold
}

// Judge stores a verdict. A later one on the same episode takes its place.
func Judge(ctx context.Context, conn driver.Conn, j *Judged) error {
	err := conn.Exec(ctx, "INSERT INTO verdicts (fingerprint, started_at, tenant_id, verdict, note, author, said_at, until) "+
		"VALUES (?, fromUnixTimestamp64Milli(?, 'UTC'), ?, ?, ?, ?, fromUnixTimestamp64Milli(?, 'UTC'), fromUnixTimestamp64Milli(?, 'UTC'))",
		j.Fingerprint, j.StartedAt.UnixMilli(), j.TenantID, string(j.Verdict), j.Note, j.Author, j.SaidAt.UnixMilli(), max(j.Until.UnixMilli(), 0))
	if err != nil {
		return fmt.Errorf("cannot store the verdict on %s: %w", j.Fingerprint, err)
	}
	return nil
}

// Verdicts returns the newest verdict on each episode that is still known, oldest
// first.
func Verdicts(ctx context.Context, conn driver.Conn) ([]Judged, error) {
	rows, err := conn.Query(ctx, "SELECT fingerprint, started_at, verdict, note, author, said_at, until FROM verdicts FINAL ORDER BY said_at, fingerprint")
	if err != nil {
		return nil, fmt.Errorf("cannot read verdicts: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	var all []Judged
	for rows.Next() {
		var j Judged
		var verdict string
		if err := rows.Scan(&j.Fingerprint, &j.StartedAt, &verdict, &j.Note, &j.Author, &j.SaidAt, &j.Until); err != nil {
			return nil, fmt.Errorf("cannot read verdicts: %w", err)
		}
		j.Verdict, j.SaidAt = Verdict(verdict), j.SaidAt.UTC()
		if j.Until = j.Until.UTC(); j.Until.Unix() <= 0 {
			j.Until = time.Time{}
		}
		all = append(all, j)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read verdicts: %w", err)
	}
	return withFindings(ctx, conn, all)
}

// withFindings adds the findings, and drops verdicts whose finding is gone.
func withFindings(ctx context.Context, conn driver.Conn, all []Judged) ([]Judged, error) {
	if len(all) == 0 {
		return nil, nil
	}
	found, err := Select(ctx, conn, "(fingerprint, started_at) IN (SELECT fingerprint, started_at FROM verdicts)")
	if err != nil {
		return nil, err
	}
	type key struct {
		fingerprint string
		started     int64
	}
	known := map[key]*Finding{}
	for i := range found {
		known[key{found[i].Fingerprint, found[i].StartedAt.UnixMilli()}] = &found[i]
	}
	kept := all[:0]
	for _, j := range all {
		if f := known[key{j.Fingerprint, j.StartedAt.UnixMilli()}]; f != nil {
			j.Finding = *f
			kept = append(kept, j)
		}
	}
	return kept, nil
}
