package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// webhook plays the on-call tool: an HTTP server on loopback that takes alerts.
type webhook struct {
	server *http.Server
	url    string

	// mu guards everything below.
	mu     sync.Mutex
	posts  [][]byte
	failed error
}

const largestAlert = 4 << 20

func startWebhook() (*webhook, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("cannot listen for alerts: %w", err)
	}
	w := &webhook{url: "http://" + listener.Addr().String() + "/alerts"}
	w.server = &http.Server{Handler: http.HandlerFunc(w.receive), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := w.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.mu.Lock()
			w.failed = err
			w.mu.Unlock()
		}
	}()
	return w, nil
}

func (w *webhook) receive(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, largestAlert))
	if err != nil || !json.Valid(body) {
		http.Error(rw, "not JSON", http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	w.posts = append(w.posts, body)
	w.mu.Unlock()
	rw.WriteHeader(http.StatusOK)
}

// received lists the bodies so far.
func (w *webhook) received() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([][]byte(nil), w.posts...)
}

func (w *webhook) stop() error {
	err := w.server.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	return errors.Join(w.failed, err)
}
