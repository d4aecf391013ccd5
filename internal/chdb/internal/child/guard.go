package child

import (
	"cmp"

	"github.com/weir-otel/weir/internal/sqlguard"
)

// guard decides what a read-only user may send.
func (s *Spec) guard(database, statement string) error {
	options := sqlguard.DefaultOptions(cmp.Or(database, "default"))
	if len(s.ReaderDatabases) > 0 {
		options.Databases = s.ReaderDatabases
	}
	return sqlguard.Check(statement, options)
}

// readerMaySet decides which settings a read-only user may bring in the URL.
func readerMaySet(name string) bool { return sqlguard.DefaultOptions("").SettingAllowed(name) }
