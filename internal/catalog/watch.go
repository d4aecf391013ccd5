package catalog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Watcher keeps the catalog of a file up to date. A bad revision is reported
// once and left aside: the last good one stays in force.
type Watcher struct {
	path    string
	current atomic.Pointer[Catalog]

	mu       sync.Mutex // guards everything below
	seen     string     // revision of the last content looked at, good or bad
	readFail string     // the last failure to read, so that it is reported once
}

// NewWatcher loads the catalog at path; the first revision has to be good.
func NewWatcher(path string) (*Watcher, error) {
	first, err := Load(path)
	if err != nil {
		return nil, err
	}
	w := &Watcher{path: path, seen: first.Revision}
	w.current.Store(first)
	return w, nil
}

// Current returns the catalog in force. It may be called from anywhere; take it
// once for a batch, so that one batch is read by one revision.
func (w *Watcher) Current() *Catalog { return w.current.Load() }

// Check looks at the file once. It reports whether a new revision came into
// force, or why one was refused; a refused revision is reported the first time only.
func (w *Watcher) Check() (changed bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	data, err := os.ReadFile(w.path)
	if err != nil {
		if w.readFail == err.Error() {
			return false, nil
		}
		w.readFail = err.Error()
		return false, fmt.Errorf("cannot read the catalog: %w", err)
	}
	w.readFail = ""
	revision := revisionOf(data)
	if revision == w.seen {
		return false, nil
	}
	w.seen = revision
	if revision == w.Current().Revision { // back to the good one
		return false, nil
	}
	next, err := Parse(w.path, data)
	if err != nil {
		return false, err
	}
	w.current.Store(next)
	return true, nil
}

// Run checks at every tick until ctx is done, and tells report what came of it.
func (w *Watcher) Run(ctx context.Context, ticks <-chan time.Time, report func(changed bool, err error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			if changed, err := w.Check(); changed || err != nil {
				report(changed, err)
			}
		}
	}
}

// AsProblems returns the problems in err, if it came from a bad file.
func AsProblems(err error) (Problems, bool) {
	var problems Problems
	ok := errors.As(err, &problems)
	return problems, ok
}
