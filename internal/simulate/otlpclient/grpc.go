package otlpclient

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/status"
)

const (
	tracesMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
	logsMethod   = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
)

type grpcTransport struct {
	conn *grpc.ClientConn
}

func newGRPC(opts Options) (*grpcTransport, error) {
	calls := []grpc.CallOption{grpc.ForceCodec(rawCodec{})}
	if opts.Gzip {
		calls = append(calls, grpc.UseCompressor(gzip.Name))
	}
	conn, err := grpc.NewClient("passthrough:///"+opts.Endpoint,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(calls...),
		grpc.WithInitialWindowSize(4<<20), grpc.WithInitialConnWindowSize(8<<20),
	)
	if err != nil {
		return nil, fmt.Errorf("cannot use endpoint %s: %w", opts.Endpoint, err)
	}
	return &grpcTransport{conn: conn}, nil
}

func (t *grpcTransport) traces(ctx context.Context, payload []byte) error {
	answer, err := t.invoke(ctx, tracesMethod, payload)
	if err != nil {
		return fmt.Errorf("cannot send spans: %w", err)
	}
	return checkTraces(answer)
}

func (t *grpcTransport) logs(ctx context.Context, payload []byte) error {
	answer, err := t.invoke(ctx, logsMethod, payload)
	if err != nil {
		return fmt.Errorf("cannot send logs: %w", err)
	}
	return checkLogs(answer)
}

func (t *grpcTransport) invoke(ctx context.Context, method string, payload []byte) ([]byte, error) {
	var answer []byte
	err := t.conn.Invoke(ctx, method, payload, &answer)
	switch status.Code(err) {
	case codes.ResourceExhausted, codes.Unavailable, codes.Aborted:
		return nil, &busyError{cause: err}
	}
	return answer, err
}

func (t *grpcTransport) close() error { return t.conn.Close() }

// rawCodec lets encoded messages through as they are.
type rawCodec struct{}

var _ encoding.Codec = rawCodec{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(v any) ([]byte, error) {
	payload, ok := v.([]byte)
	if !ok {
		return nil, fmt.Errorf("cannot send a %T", v)
	}
	return payload, nil
}

func (rawCodec) Unmarshal(data []byte, v any) error {
	answer, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("cannot receive a %T", v)
	}
	*answer = append([]byte(nil), data...)
	return nil
}

// checkTraces fails when the receiver took only a part.
func checkTraces(answer []byte) error {
	response := ptraceotlp.NewExportResponse()
	if err := response.UnmarshalProto(answer); err != nil {
		return fmt.Errorf("cannot read the receiver's answer: %w", err)
	}
	if partial := response.PartialSuccess(); partial.RejectedSpans() > 0 {
		return fmt.Errorf("receiver refused %d spans: %s", partial.RejectedSpans(), partial.ErrorMessage())
	}
	return nil
}

func checkLogs(answer []byte) error {
	response := plogotlp.NewExportResponse()
	if err := response.UnmarshalProto(answer); err != nil {
		return fmt.Errorf("cannot read the receiver's answer: %w", err)
	}
	if partial := response.PartialSuccess(); partial.RejectedLogRecords() > 0 {
		return fmt.Errorf("receiver refused %d log records: %s", partial.RejectedLogRecords(), partial.ErrorMessage())
	}
	return nil
}
