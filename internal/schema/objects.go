package schema

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed sql/*.sql
var files embed.FS

// object is one file of sql/.
type object struct {
	version  uint32
	name     string
	template string
	checksum string
}

// objects reads the embedded files, in order.
func objects() ([]object, error) {
	names, err := fs.Glob(files, "sql/*.sql")
	if err != nil {
		return nil, fmt.Errorf("cannot list the schema files: %w", err)
	}
	all := make([]object, 0, len(names))
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read schema file %s: %w", name, err)
		}
		number, rest, ok := strings.Cut(strings.TrimSuffix(path.Base(name), ".sql"), "_")
		version, err := strconv.ParseUint(number, 10, 32)
		if !ok || err != nil {
			return nil, fmt.Errorf("cannot parse schema file name %q: expected NNNN_name.sql", name)
		}
		sum := sha256.Sum256(data)
		all = append(all, object{
			version:  uint32(version),
			name:     rest,
			template: string(data),
			checksum: hex.EncodeToString(sum[:]),
		})
	}
	return all, nil
}

// isView says whether the object can be replaced without touching data.
func (o object) isView() bool { return strings.Contains(o.template, "CREATE OR REPLACE VIEW") }

// sql fills the placeholders and drops the final semicolon.
func (o object) sql(opts Options) string {
	filled := strings.NewReplacer(
		"{database}", quote(opts.Database),
		"{retention_days}", strconv.Itoa(opts.RetentionDays),
		"{rollup_retention_days}", strconv.Itoa(opts.RollupRetentionDays),
	).Replace(o.template)
	return strings.TrimSuffix(strings.TrimSpace(filled), ";")
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
