// Package otlpclient sends already encoded OTLP requests, over gRPC or HTTP, and
// again when the receiver says it is busy.
package otlpclient

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"
)

// Protocols.
const (
	GRPC = "grpc"
	HTTP = "http"
)

// Client sends to one endpoint. It may be used from several goroutines.
type Client struct {
	transport transport
	backOff   time.Duration // before the first retry; doubles
	patience  time.Duration // with one request
}

// transport makes one attempt.
type transport interface {
	traces(ctx context.Context, payload []byte) error
	logs(ctx context.Context, payload []byte) error
	close() error
}

// Options choose where and how to send.
type Options struct {
	Endpoint string        // host:port
	Protocol string        // GRPC or HTTP
	Gzip     bool          // off by default: on loopback it costs more than it saves
	Patience time.Duration // how long one request is tried, default a minute
}

// New makes a client. Nothing is sent or dialled yet.
func New(opts Options) (*Client, error) {
	if _, _, err := net.SplitHostPort(opts.Endpoint); err != nil {
		return nil, fmt.Errorf("endpoint: %q is not host:port such as 127.0.0.1:4317: %w", opts.Endpoint, err)
	}
	c := &Client{backOff: 50 * time.Millisecond, patience: opts.Patience}
	if c.patience == 0 {
		c.patience = time.Minute
	}
	var err error
	switch opts.Protocol {
	case GRPC:
		c.transport, err = newGRPC(opts)
	case HTTP:
		c.transport = newHTTP(opts)
	default:
		return nil, fmt.Errorf("protocol: %q is not known: use grpc or http", opts.Protocol)
	}
	return c, err
}

// Traces sends an ExportTraceServiceRequest.
func (c *Client) Traces(ctx context.Context, payload []byte) error {
	return c.retry(ctx, func(ctx context.Context) error { return c.transport.traces(ctx, payload) })
}

// Logs sends an ExportLogsServiceRequest.
func (c *Client) Logs(ctx context.Context, payload []byte) error {
	return c.retry(ctx, func(ctx context.Context) error { return c.transport.logs(ctx, payload) })
}

// Close frees the connections.
func (c *Client) Close() error { return c.transport.close() }

// busyError is an answer that asks to come again.
type busyError struct {
	cause error
	after time.Duration // 0 = not said
}

func (e *busyError) Error() string { return e.cause.Error() }
func (e *busyError) Unwrap() error { return e.cause }

// within makes one attempt that ends at the deadline: a receiver that accepts a
// connection and never answers is given up too.
func within(ctx context.Context, deadline time.Time, attempt func(context.Context) error) error {
	limited, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	err := attempt(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("receiver did not answer in time: %w", err)
	}
	return err
}

const longestBackOff = 2 * time.Second

func (c *Client) retry(ctx context.Context, attempt func(context.Context) error) error {
	deadline := time.Now().Add(c.patience)
	wait := c.backOff
	for {
		err := within(ctx, deadline, attempt)
		var busy *busyError
		if err == nil || !errors.As(err, &busy) {
			return err
		}
		pause := max(busy.after, wait/2+rand.N(wait/2+1))
		if time.Now().Add(pause).After(deadline) {
			return fmt.Errorf("receiver stayed busy for %s: %w", c.patience, busy.cause)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		wait = min(2*wait, longestBackOff)
	}
}
