package token

import (
	"fmt"
	"sync"
	"time"
)

// failuresPerSecond is how many wrong signatures an issuer's tokens may have
// before checks are suspended: some 5 % of a core with RSA of 2048 bits.
const failuresPerSecond = 500

var errFlood = fmt.Errorf(
	"more than %d wrong signatures a second; tokens not seen before are left unchecked meanwhile", failuresPerSecond)

// budget bounds the time that forged tokens can cost, since each different one
// has to be checked. Tokens that were verified already are not concerned.
type budget struct {
	mu    sync.Mutex // guards everything below
	spent int        // failures in the second that began at since
	since time.Time
	told  time.Time // when the last flood was told of
}

// left says whether a signature may be checked now, and, if not, whether that is
// news: once a minute.
func (b *budget) left(now time.Time) (left, news bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Sub(b.since) >= time.Second {
		b.since, b.spent = now, 0
	}
	if b.spent < failuresPerSecond {
		return true, false
	}
	if now.Sub(b.told) < time.Minute {
		return false, false
	}
	b.told = now
	return false, true
}

// spend counts checks that failed.
func (b *budget) spend(checks int) {
	b.mu.Lock()
	b.spent += checks
	b.mu.Unlock()
}
