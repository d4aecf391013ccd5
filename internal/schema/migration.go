package schema

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// firstMigration is what is added to a migration's number in schema_migrations,
// where the objects have the numbers below.
const firstMigration = 10_000

// version1 is what databases without any mark of a migration contain; folder
// migrations begins after it.
const version1 = 1

// migration is one file of migrations/: statements, or a rebuild.
type migration struct {
	number     uint32
	name       string
	statements []string // templates without a final semicolon
	rebuild    string   // a table
	set        []setting
	checksum   string
}

// setting is a column of a rebuilt table that is computed from the old row.
type setting struct{ column, expression string }

var (
	rebuildLine  = regexp.MustCompile(`(?m)^-- rebuild: (\w+)$`)
	setLine      = regexp.MustCompile(`(?m)^-- set: (\w+) = (.+)$`)
	alteredName  = regexp.MustCompile(`^ALTER TABLE \{database\}\.(\w+)`)
	statementEnd = regexp.MustCompile(`(?m);[ \t]*$`)
)

var (
	errEmptyMigration = errors.New("expected statements, or a line -- rebuild: TABLE")
	errBothKinds      = errors.New("a rebuild makes the newest form by itself: expected no statements beside it")
	errManyRebuilds   = errors.New("expected one line -- rebuild: TABLE; give each table a file")
	errSetAlone       = errors.New("a line -- set: needs a line -- rebuild: TABLE")
)

// migrations reads the files of folder migrations, in order.
func migrations(from fs.FS) ([]migration, error) {
	var all []migration
	err := readFolder(from, "migrations", func(number uint32, name, text string) error {
		m, err := parseMigration(number, name, text)
		if err != nil {
			return err
		}
		if number <= version1 || len(all) > 0 && number == all[len(all)-1].number {
			return fmt.Errorf("the number %d is taken", number)
		}
		all = append(all, m)
		return nil
	})
	return all, err
}

func parseMigration(number uint32, name, text string) (migration, error) {
	m := migration{number: number, name: name}
	for _, statement := range statementEnd.Split(withoutComments(text), -1) {
		if statement = strings.TrimSpace(statement); statement != "" {
			m.statements = append(m.statements, statement)
		}
	}
	rebuilds := rebuildLine.FindAllStringSubmatch(text, -1)
	sets := setLine.FindAllStringSubmatch(text, -1)
	switch {
	case len(rebuilds) > 1:
		return migration{}, errManyRebuilds
	case len(rebuilds) == 1 && len(m.statements) > 0:
		return migration{}, errBothKinds
	case len(rebuilds) == 0 && len(sets) > 0:
		return migration{}, errSetAlone
	case len(rebuilds) == 0 && len(m.statements) == 0:
		return migration{}, errEmptyMigration
	}
	parts := slices.Clone(m.statements)
	for _, r := range rebuilds {
		m.rebuild = r[1]
		parts = append(parts, r[0])
	}
	for _, s := range sets {
		m.set = append(m.set, setting{column: s[1], expression: strings.TrimSpace(s[2])})
		parts = append(parts, strings.TrimPrefix(s[0], "--"))
	}
	m.checksum = checksum(strings.Join(parts, ";\n"))
	return m, nil
}

// title is the file's name.
func (m migration) title() string { return fmt.Sprintf("%04d_%s", m.number, m.name) }

// version is its number in schema_migrations.
func (m migration) version() uint32 { return firstMigration + m.number }

// tables are those that it changes.
func (m migration) tables() []string {
	if m.rebuild != "" {
		return []string{m.rebuild}
	}
	var names []string
	for _, statement := range m.statements {
		if found := alteredName.FindStringSubmatch(statement); found != nil && !slices.Contains(names, found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}
