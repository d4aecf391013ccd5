package otlpclient

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

type httpTransport struct {
	client *http.Client
	base   string
	gzip   bool
}

func newHTTP(opts Options) *httpTransport {
	return &httpTransport{client: &http.Client{Transport: &http.Transport{}}, base: "http://" + opts.Endpoint, gzip: opts.Gzip}
}

func (t *httpTransport) traces(ctx context.Context, payload []byte) error {
	answer, err := t.post(ctx, "/v1/traces", payload)
	if err != nil {
		return fmt.Errorf("cannot send spans: %w", err)
	}
	return checkTraces(answer)
}

func (t *httpTransport) logs(ctx context.Context, payload []byte) error {
	answer, err := t.post(ctx, "/v1/logs", payload)
	if err != nil {
		return fmt.Errorf("cannot send logs: %w", err)
	}
	return checkLogs(answer)
}

func (t *httpTransport) close() error {
	t.client.CloseIdleConnections()
	return nil
}

const longestAnswer = 1 << 20

func (t *httpTransport) post(ctx context.Context, path string, payload []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	if t.gzip {
		if payload, err = compress(payload); err != nil {
			return nil, err
		}
		request.Header.Set("Content-Encoding", "gzip")
	}
	request.Body = io.NopCloser(bytes.NewReader(payload))
	request.ContentLength = int64(len(payload))
	response, err := t.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &busyError{cause: err}
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return nil, &busyError{cause: err}
	}
	switch response.StatusCode {
	case http.StatusOK:
		return answer, nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // absent or a date: the usual back-off
		return nil, &busyError{cause: fmt.Errorf("receiver answered %s", response.Status), after: time.Duration(seconds) * time.Second}
	default:
		return nil, fmt.Errorf("receiver answered %s: %.200q", response.Status, answer)
	}
}

func compress(payload []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(payload); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
