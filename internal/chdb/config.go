package chdb

import (
	"errors"
	"time"

	"go.uber.org/zap"
)

// Config says how the engine runs.
type Config struct {
	Endpoint       string // host:port to listen on; port 0 takes a free one
	Directory      string // holds the data, the lock and the credential file
	Library        string // path of libchdb.so; empty = Find()
	MemoryLimit    int64  // bytes
	MaxThreads     int    // of one statement; 0 = one a core
	MaxRequestBody int64  // bytes
	MaxQueries     int    // at one time
	Writer         User   // an empty password is replaced by a random one
	Reader         *Reader
	Logger         *zap.Logger
	// OnState is called when the engine begins to serve (nil) and when it is
	// down (the reason). Calls do not overlap.
	OnState func(down error)

	backoff       backoff
	unconfined    bool // no Landlock: the control of a test
	sharedNetwork bool // no network of its own: likewise
}

// User may do everything.
type User struct{ Name, Password string }

// Reader may only read, and what it may send is checked before it is run.
type Reader struct {
	User
	// Settings hold for each of its statements, e.g. additional_table_filters.
	Settings map[string]string
	// Databases it may read; empty means Weir's own, see internal/sqlguard.
	Databases []string
}

const (
	defaultMemoryLimit = 1 << 30
	defaultMaxBody     = 256 << 20
	defaultMaxQueries  = 32
	// startWait is how long the first start may take, and how long a later one
	// may go without a sign of life.
	startWait = 2 * time.Minute
	// shutdownWait is what running statements get; the process gets twice that.
	shutdownWait = 10 * time.Second
)

var errNoDirectory = errors.New("the engine needs a directory for its data")

func (c *Config) fill() error {
	if c.Directory == "" {
		return errNoDirectory
	}
	if c.Endpoint == "" {
		c.Endpoint = "127.0.0.1:8123"
	}
	if c.MemoryLimit <= 0 {
		c.MemoryLimit = defaultMemoryLimit
	}
	if c.MaxRequestBody <= 0 {
		c.MaxRequestBody = defaultMaxBody
	}
	if c.MaxQueries <= 0 {
		c.MaxQueries = defaultMaxQueries
	}
	if c.Writer.Name == "" {
		c.Writer.Name = "weir"
	}
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	if c.OnState == nil {
		c.OnState = func(error) {}
	}
	if c.backoff == (backoff{}) {
		c.backoff = backoff{first: 100 * time.Millisecond, most: 30 * time.Second, healthy: time.Minute}
	}
	return nil
}
