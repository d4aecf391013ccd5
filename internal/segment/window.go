package segment

import "time"

// maxRemembered bounds the memory of a window: it holds one to two times as many
// requests, of 50 bytes or so each.
const maxRemembered = 1 << 20

// window remembers which requests were acknowledged, and when.
//
// Requests are kept in two generations. A generation ends when it has lasted as
// long as the window, or is full; so nothing is searched for what is too old.
type window struct {
	span   time.Duration
	begun  time.Time
	recent map[[16]byte]int64 // Unix ms of the acknowledgement
	older  map[[16]byte]int64
}

func newWindow(span time.Duration, now time.Time) *window {
	return &window{span: span, begun: now, recent: map[[16]byte]int64{}}
}

func (w *window) add(request [16]byte, at time.Time) {
	if len(w.recent) >= maxRemembered || at.Sub(w.begun) >= w.span {
		w.older, w.recent, w.begun = w.recent, map[[16]byte]int64{}, at
	}
	w.recent[request] = at.UnixMilli()
}

func (w *window) has(request [16]byte, now time.Time) bool {
	at, ok := w.recent[request]
	if !ok {
		at, ok = w.older[request]
	}
	return ok && now.UnixMilli()-at < w.span.Milliseconds()
}
