package token

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// askGap is the shortest time between two looks at a key set, however many
	// tokens name keys that are not in it.
	askGap = 15 * time.Second
	// retryAfter is the time to the next attempt after one that failed.
	retryAfter = time.Minute
)

// keyring keeps an issuer's keys up to date. Keys that were good once stay until
// good ones replace them.
type keyring struct {
	current atomic.Pointer[keySet] // nil before the first
	// Looks at the source are counted: begun is the last one that began, looked
	// the last whose keys are in force.
	begun, looked atomic.Uint64

	from     source
	interval time.Duration
	report   *reporter
	wanted   chan struct{} // holds one request for a look ahead of time

	mu sync.Mutex // one refresh at a time
}

func newKeyring(from source, interval time.Duration, report func(error)) *keyring {
	return &keyring{from: from, interval: interval, report: &reporter{to: report}, wanted: make(chan struct{}, 1)}
}

// remote says that the keys come over a network.
func (k *keyring) remote() bool {
	_, file := k.from.(fileSource)
	return !file
}

// want asks for a refresh soon, and returns at once.
func (k *keyring) want() {
	select {
	case k.wanted <- struct{}{}:
	default: // one is asked for already
	}
}

// run refreshes until ctx is done.
func (k *keyring) run(ctx context.Context) {
	wait := time.Duration(0)
	if !k.remote() { // has been read
		wait = k.interval
	}
	for k.sleep(ctx, wait) {
		wait, _ = k.refresh(ctx) // refresh reports its errors
	}
}

// sleep returns after wait, or when somebody wants keys, but then not before
// askGap. It reports whether ctx is still in force.
func (k *keyring) sleep(ctx context.Context, wait time.Duration) bool {
	gap, regular := time.NewTimer(min(askGap, wait)), time.NewTimer(wait)
	defer gap.Stop()
	defer regular.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-gap.C:
	}
	select {
	case <-ctx.Done():
		return false
	case <-regular.C:
	case <-k.wanted:
	}
	return ctx.Err() == nil
}

// refresh looks at the source once and returns when to look again.
func (k *keyring) refresh(ctx context.Context) (next time.Duration, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	d, err := k.load(ctx)
	if err != nil {
		if ctx.Err() == nil {
			k.report.failed(err)
		}
		return min(retryAfter, k.interval), err
	}
	if d.maxAge > 0 {
		return min(max(d.maxAge, minRefresh), k.interval), nil
	}
	return k.interval, nil
}

// load puts the source's keys in force if they are others.
func (k *keyring) load(ctx context.Context) (document, error) {
	look := k.begun.Add(1)
	var current keySet
	if keys := k.current.Load(); keys != nil {
		current = *keys
	}
	d, err := k.from.load(ctx, current.etag)
	if err != nil {
		return d, err
	}
	sum := sha256.Sum256(d.content)
	if d.content == nil || sum == current.sum {
		k.looked.Store(look)
		k.report.good()
		return d, nil
	}
	keys, err := parseKeys(d.content)
	if err != nil {
		return d, fmt.Errorf("cannot use the keys of %s: %w", k.from, err)
	}
	k.current.Store(&keySet{keys: keys, etag: d.etag, sum: sum})
	k.looked.Store(look) // after the keys: see issuer.check
	k.report.changed()
	return d, nil
}
