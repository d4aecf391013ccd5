// Package chdb runs the ClickHouse engine (libchdb) for Weir, where no
// ClickHouse server is given: in a supervised child process that serves
// ClickHouse's HTTP interface on loopback.
//
//	parent: listener, lock, credentials ──fork──► child: confined, libchdb, HTTP
//	        restart with back-off       ◄─exit──
//
// The parent opens the listener and keeps it; a child inherits it. While there
// is no child, connections wait in the listener's queue instead of failing, and
// the port can be taken by nobody else. An engine that crashes, or takes more
// memory than it may, takes down its own process only. See
// docs/adr/0001-embedded-engine.md.
package chdb

import "github.com/weir-otel/weir/internal/chdb/library"

// Find returns the path of libchdb.so: $CHDB_LIB_PATH, beside the executable,
// ../lib of it, then the cache folder that `make engine` fills.
func Find() (string, error) { return library.Find() }
