package e2e

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	chaosSenders = 8
	// answerTimeout is how long a sender waits; then it does not know.
	answerTimeout = 10 * time.Second
	// patience of a sender that insists, over all its attempts.
	patience = 90 * time.Second
	// backlog is how far behind its rate a sender may fall and still catch up.
	backlog = 2 * time.Second
)

// load is what senders do until it is stopped.
type load struct {
	address  string
	rate     int     // spans a second, all senders together
	impolite float64 // share of the requests whose answer is not waited for: they are sent again
	repeat   float64 // share of the acknowledged requests that are sent once more
	insist   float64 // share of the failed requests that are sent until they are acknowledged
	deaf     bool    // answers do not count

	refusals atomic.Int64   // answers that said no
	numbers  *atomic.Uint64 // of requests, the last one taken; two each
	stop     chan struct{}
	wg       sync.WaitGroup

	// mu guards everything below.
	mu       sync.Mutex
	requests []*request
	repeated int // rows that were sent again and acknowledged again
}

// start begins to send. Seeds make what is sent, and what a sender does about
// a failure, the same each time; what fails when is up to the machine.
func (l *load) start(t *testing.T, seed uint64) {
	t.Helper()
	l.stop = make(chan struct{})
	t.Cleanup(l.end)
	for i := range chaosSenders {
		s := &chaosSender{
			load:   l,
			random: rand.New(rand.NewPCG(seed, uint64(i))),
			client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}},
		}
		l.wg.Go(func() {
			defer s.client.CloseIdleConnections()
			if err := s.run(); err != nil {
				t.Error(err)
			}
		})
	}
}

// end waits until all senders have their answers, or have given up.
func (l *load) end() {
	if !l.ended() {
		close(l.stop)
	}
	l.wg.Wait()
}

func (l *load) ended() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// chaosSender sends one request after the other.
type chaosSender struct {
	*load
	random   *rand.Rand
	client   *http.Client
	previous uint64 // trace request
}

// run keeps to the rate: of four requests three have traces.
func (s *chaosSender) run() error {
	const tracesACycle = 3
	spans := tracesACycle * callsARequest * spansACall
	cycle := time.Duration(spans*chaosSenders) * time.Second / time.Duration(s.rate)
	next := time.Now()
	for step := s.random.IntN(4); !s.ended(); step++ {
		r, err := s.next(step)
		if err != nil {
			return err
		}
		s.deliver(r)
		next = next.Add(cycle / (tracesACycle + 1))
		if late := time.Now().Add(-backlog); next.Before(late) {
			next = late
		}
		select {
		case <-s.stop:
		case <-time.After(time.Until(next)):
		}
	}
	return nil
}

func (s *chaosSender) next(step int) (*request, error) {
	number, now := s.numbers.Add(2), time.Now()
	if step%4 != 3 {
		previous := s.previous
		s.previous = number
		return traceRequest(number, previous, now)
	}
	switch step / 4 % 3 {
	case 0:
		return logRequest(number, now)
	case 1:
		return metricRequest(number, now)
	default:
		return eventRequest(number, now)
	}
}

// deliver sends a request, the same bytes again where it is so decided, and
// notes what became of it.
func (s *chaosSender) deliver(r *request) {
	if s.random.Float64() < s.impolite {
		s.hangUp(r)
	}
	insist := s.random.Float64() < s.insist
	for begun := time.Now(); ; {
		r.outcome = max(s.send(r), r.outcome)
		if s.deaf {
			r.outcome = unanswered
			break
		}
		if r.outcome == acknowledged || !insist || time.Since(begun) > patience {
			break
		}
		<-time.After(pollInterval) // a sender's back-off
	}
	again := r.outcome == acknowledged && s.random.Float64() < s.repeat && s.send(r) == acknowledged
	r.body = nil
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
	if again {
		s.repeated += r.size()
	}
}

// send posts the request and waits for the answer.
func (s *chaosSender) send(r *request) outcome {
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	response, err := s.post(ctx, r)
	if err != nil {
		return unanswered
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	switch {
	case err != nil:
		return unanswered
	case response.StatusCode == http.StatusOK:
		return acknowledged
	default:
		s.refusals.Add(1)
		return refused
	}
}

// hangUp posts the request and goes away at some time before the answer.
func (s *chaosSender) hangUp(r *request) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.random.IntN(30_000))*time.Microsecond)
	defer cancel()
	if response, err := s.post(ctx, r); err == nil {
		response.Body.Close()
	}
}

func (s *chaosSender) post(ctx context.Context, r *request) (*http.Response, error) {
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.address+r.path, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	post.Header.Set("Content-Type", "application/x-protobuf")
	return s.client.Do(post)
}

// answered are the requests and their rows by outcome, so far.
func (l *load) answered() (requests []*request, rows map[outcome]int, repeated int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rows = map[outcome]int{}
	for _, r := range l.requests {
		rows[r.outcome] += r.size()
	}
	return l.requests, rows, l.repeated
}

// awaitAcknowledged waits until so many more rows were.
func (l *load) awaitAcknowledged(t *testing.T, limit time.Duration, rows int) {
	t.Helper()
	_, before, _ := l.answered()
	await(t, limit, "acknowledgements", func() bool {
		_, now, _ := l.answered()
		return now[acknowledged] >= before[acknowledged]+rows
	})
}
