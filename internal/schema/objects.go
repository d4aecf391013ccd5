package schema

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

//go:embed sql/*.sql migrations
var files embed.FS

// Kinds of objects and, for [Step] and [ObjectStatus], of migrations.
const (
	KindTable            = "table"
	KindView             = "view"
	KindMaterializedView = "materialized view" // writes to a table of ours
	KindMigration        = "migration"
)

// object is one file of sql/.
type object struct {
	version  uint32
	name     string
	kind     string
	compat   bool // it is in the second database
	template string
	checksum string
}

var created = regexp.MustCompile(`(?m)^CREATE (TABLE IF NOT EXISTS|OR REPLACE VIEW|MATERIALIZED VIEW IF NOT EXISTS) \{((?:compat_)?database)\}\.(\w+)`)

var kinds = map[string]string{
	"TABLE IF NOT EXISTS":             KindTable,
	"OR REPLACE VIEW":                 KindView,
	"MATERIALIZED VIEW IF NOT EXISTS": KindMaterializedView,
}

// objects reads the files of folder sql, in order.
func objects(from fs.FS) ([]object, error) {
	var all []object
	err := readFolder(from, "sql", func(version uint32, name, text string) error {
		m := created.FindStringSubmatch(text)
		if m == nil {
			return fmt.Errorf("expected a line CREATE TABLE IF NOT EXISTS, CREATE OR REPLACE VIEW or CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.%s", name)
		}
		compat := m[2] == "compat_database"
		// Both databases may have an object of the same name.
		if m[3] != name && (!compat || "compat_"+m[3] != name) {
			return fmt.Errorf("it creates %s, expected the name of the file", m[3])
		}
		all = append(all, object{
			version: version, name: m[3], kind: kinds[m[1]], compat: compat,
			template: text, checksum: checksum(text),
		})
		return nil
	})
	return all, err
}

// readFolder calls add for every NNNN_name.sql of a folder, in order.
func readFolder(from fs.FS, folder string, add func(number uint32, name, text string) error) error {
	names, err := fs.Glob(from, folder+"/*.sql")
	if err != nil {
		return fmt.Errorf("cannot list the files of %s: %w", folder, err)
	}
	for _, file := range names {
		data, err := fs.ReadFile(from, file)
		if err != nil {
			return fmt.Errorf("cannot read %s: %w", file, err)
		}
		digits, name, ok := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		number, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || len(digits) != 4 {
			return fmt.Errorf("cannot parse the file name %s: expected NNNN_name.sql", file)
		}
		if err := add(uint32(number), name, string(data)); err != nil {
			return fmt.Errorf("cannot use %s: %w", file, err)
		}
	}
	return nil
}

// key is what the object is called where both databases' objects are: with
// "compat_" before names of the second one.
func (o object) key() string {
	if o.compat {
		return "compat_" + o.name
	}
	return o.name
}

// hasData says that the object cannot be replaced without losing rows.
func (o object) hasData() bool { return o.kind == KindTable }

// checksum is over the text without comments and layout.
func checksum(text string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(withoutComments(text)), " ")))
	return hex.EncodeToString(sum[:])
}

// withoutComments cuts what follows "--" in a line, except inside quotes.
func withoutComments(sql string) string {
	var b strings.Builder
	var quoted byte
	for i := 0; i < len(sql); i++ {
		c := sql[i]
		switch {
		case quoted != 0:
			if c == '\\' && i+1 < len(sql) {
				b.WriteByte(c)
				i++
				c = sql[i]
			} else if c == quoted {
				quoted = 0
			}
		case c == '\'' || c == '`' || c == '"':
			quoted = c
		case strings.HasPrefix(sql[i:], "--"):
			end := strings.IndexByte(sql[i:], '\n')
			if end < 0 {
				return b.String()
			}
			i += end
			c = '\n'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// quote writes an identifier; plain names stay as they are.
func quote(name string) string {
	plain := name != "" && strings.IndexFunc(name, func(r rune) bool {
		return !(r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}) < 0 && (name[0] < '0' || name[0] > '9')
	if plain {
		return name
	}
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(name) + "`"
}

// literal writes a string.
func literal(text string) string {
	return "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(text) + "'"
}

// DataTables are the names of the tables that hold what Weir was told: all but
// those about the schema itself.
func DataTables() ([]string, error) {
	all, err := objects(files)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range all {
		if o.hasData() && o.name != "schema_migrations" && o.name != "transfers" {
			names = append(names, o.name)
		}
	}
	return names, nil
}
