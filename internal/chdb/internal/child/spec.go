// Package child is the engine's process: the same executable, started again by
// its supervisor. It takes over the listener, confines itself, loads libchdb
// and serves ClickHouse's HTTP interface until it is told to stop or its
// supervisor is gone.
//
// What it inherits:
//
//	stdin  a pipe that ends when the supervisor dies
//	stderr the engine's complaints, logged by the supervisor
//	fd 3   the [Spec] as JSON; it holds passwords, so it is in no argument and no variable
//	fd 4   the listener
//	fd 5   where the child writes one [Report]
//	fd 6   the lock of the data folder, held as long as either process lives
package child

import "github.com/weir-otel/weir/internal/chdb/internal/httpapi"

// Name is argv[0] of the engine's process, as `ps` shows it.
const Name = "weir-engine"

// NetworkVariable is "own" in the environment of a child that was started in a
// network namespace of its own.
const NetworkVariable = "WEIR_ENGINE_NETWORK"

// The files a child inherits.
const (
	FileSpec = 3 + iota
	FileListener
	FileReport
	FileLock
)

// Spec tells the child what to do.
type Spec struct {
	Library     string         // path of libchdb.so
	Data        string         // folder of the engine's data, the only one it may touch
	MemoryLimit int64          // bytes, of the whole engine
	MaxThreads  int            // of one statement
	MaxBody     int64          // bytes of a request
	MaxQueries  int            // at one time
	Users       []httpapi.User // who may ask
	// ReaderDatabases are those a read-only user may read; empty means Weir's own.
	ReaderDatabases []string
	Unconfined      bool     // leave the process as it is: for tests of the confinement
	ShutdownWait    int64    // nanoseconds that running statements get when it stops
	Confinement     []string // from the first stage to the second: what holds the process in
}

// Report is what the child says once: that it serves, or why it does not.
type Report struct {
	Version     string   `json:",omitempty"` // of the engine
	Confinement []string `json:",omitempty"` // what holds the process in, for the log
	Error       string   `json:",omitempty"`
}
