package erase

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Found is where a data subject is.
type Found struct {
	Tables      []FoundTable  `json:"tables"`
	DeadLetters []FoundLetter `json:"dead_letters"`
	// Waiting are segments that are not delivered yet: their rows will be in the
	// tables when they are.
	Waiting []FoundLetter `json:"waiting_segments"`
}

// FoundTable is a table with rows of the subject.
type FoundTable struct {
	Table   string            `json:"table"`
	Rows    uint64            `json:"rows"`
	Columns map[string]uint64 `json:"columns"`        // rows by column
	Kept    string            `json:"kept,omitempty"` // why a row is not deleted
}

// FoundLetter is a dead letter, or a segment, with rows of the subject.
type FoundLetter struct {
	Path string         `json:"path"`
	Rows map[string]int `json:"rows"`           // by table
	What string         `json:"what,omitempty"` // what else of it holds the subject
}

// Empty says that nothing is there.
func (f *Found) Empty() bool {
	return len(f.Tables) == 0 && len(f.DeadLetters) == 0 && len(f.Waiting) == 0
}

// Find looks for the subject in every table of the connection's database, and in
// the dead letters and waiting segments of a segment folder ("" = none). It
// changes nothing. The subject learns the tokens that stand in table
// token_aliases beside its own.
func Find(ctx context.Context, conn driver.Conn, subject *Subject, segments string) (*Found, error) {
	if err := subject.learnAliases(ctx, conn); err != nil {
		return nil, err
	}
	found := &Found{Tables: []FoundTable{}, DeadLetters: []FoundLetter{}, Waiting: []FoundLetter{}}
	err := search(ctx, conn, subject.patterns(), func(job string) error {
		var err error
		found.Tables, err = findRows(ctx, conn, job)
		return err
	})
	if err != nil {
		return nil, err
	}
	finder, err := newFinder(subject.patterns())
	if err != nil {
		return nil, err
	}
	if segments == "" {
		return found, nil
	}
	if found.DeadLetters, err = finder.letters(segments); err != nil {
		return nil, err
	}
	found.Waiting, err = finder.waiting(segments)
	return found, err
}

func findRows(ctx context.Context, conn driver.Conn, job string) ([]FoundTable, error) {
	tables, err := listTables(ctx, conn)
	if err != nil {
		return nil, err
	}
	all := []FoundTable{}
	for i := range tables {
		found, err := tables[i].find(ctx, conn, job)
		if err != nil {
			return nil, err
		}
		if found.Rows > 0 {
			all = append(all, *found)
		}
	}
	return all, nil
}

func (t *table) find(ctx context.Context, conn driver.Conn, job string) (*FoundTable, error) {
	found := &FoundTable{Table: t.name, Columns: map[string]uint64{}}
	columns, conditions, err := t.conditions(job)
	if err != nil || len(columns) == 0 {
		return found, err
	}
	var byColumn []uint64
	counts := make([]string, len(conditions))
	for i, c := range conditions {
		counts[i] = "countIf(" + c + ")"
	}
	query := fmt.Sprintf("SELECT countIf(%s), [%s] FROM %s", strings.Join(conditions, " OR "), strings.Join(counts, ", "), quote(t.name))
	if err := conn.QueryRow(ctx, query).Scan(&found.Rows, &byColumn); err != nil {
		return nil, fmt.Errorf("cannot search table %s: %w", t.name, err)
	}
	for i, n := range byColumn {
		if n > 0 {
			found.Columns[columns[i]] = n
		}
	}
	switch {
	case found.Rows == 0:
	case t.name == holdsTable:
		found.Kept = holdKept
	case t.name == catalogTable:
		found.Kept, err = catalogInForce(ctx, conn, t, job)
	}
	return found, err
}

// catalogTable holds settings that collectors run by: its newest row is never
// deleted.
const catalogTable = "catalog_revisions"

// holdsTable is never deleted from: a hold is of another subject.
const holdsTable = "legal_holds"

const holdKept = "a legal hold names the subject: release it, place it again without the name, and delete its row by hand"

const catalogKept = "the catalog in force names the subject: publish one that does not (weirctl catalog publish), then erase again"

// inForce selects the newest revision.
const inForce = "(loaded_at, revision) IN (SELECT max((loaded_at, revision)) FROM " + catalogTable + ")"

func catalogInForce(ctx context.Context, conn driver.Conn, t *table, job string) (kept string, err error) {
	holds, err := t.holds(job)
	if err != nil {
		return "", err
	}
	var n uint64
	if err := conn.QueryRow(ctx, "SELECT countIf("+holds+") FROM "+catalogTable+" WHERE "+inForce).Scan(&n); err != nil {
		return "", fmt.Errorf("cannot search the catalog in force: %w", err)
	}
	if n > 0 {
		kept = catalogKept
	}
	return kept, nil
}

// maxAliases bounds how often aliases of aliases are looked for: one for each
// rotation of the token keys.
const maxAliases = 20

// learnAliases adds the tokens of keys that are not in the policy any more.
func (s *Subject) learnAliases(ctx context.Context, conn driver.Conn) error {
	for range maxAliases {
		before := len(s.marks)
		err := search(ctx, conn, s.patterns(), func(job string) error {
			p := patternExpression(job, kindTexts)
			var tokens []string
			err := conn.QueryRow(ctx, "SELECT groupUniqArrayArray([old_token, new_token]) FROM token_aliases WHERE match(old_token, "+p+") OR match(new_token, "+p+")").Scan(&tokens)
			if err != nil {
				return fmt.Errorf("cannot look for the subject's other tokens: %w", err)
			}
			s.learn(tokens)
			return nil
		})
		if err != nil || len(s.marks) == before {
			return err
		}
	}
	return nil
}

// minMark is the shortest body of a token that is believed: what else stands in
// the table of aliases must not make a search find everything.
const minMark = 20

func (s *Subject) learn(tokens []string) {
	known := map[string]bool{}
	for _, m := range s.marks {
		known[markBody(m)] = true
	}
	for _, token := range tokens {
		if body := markBody(token); len(body) >= minMark && !known[body] && !strings.Contains(strings.Join(s.values, "\n"), token) {
			known[body] = true
			s.marks = append(s.marks, token)
		}
	}
}
