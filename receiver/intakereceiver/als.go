package intakereceiver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	alsv3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/envoy"
)

// accessLogService is Envoy's gRPC access log service. It has no answers: what
// the pipeline does not take ends the stream, and Envoy opens another.
type accessLogService struct {
	alsv3.UnimplementedAccessLogServiceServer
	*intake
	format
}

// startGRPC opens the port of Envoy's gRPC access log, if there is one.
func (r *intake) startGRPC(ctx context.Context, host component.Host) error {
	if !r.cfg.Envoy.GRPC.HasValue() || r.traces == nil {
		return nil
	}
	cfg := r.cfg.Envoy.GRPC.Get()
	server, err := cfg.ToServer(ctx, host.GetExtensions(), r.set.TelemetrySettings)
	if err != nil {
		return fmt.Errorf("cannot set up the gRPC server: %w", err)
	}
	listener, err := cfg.NetAddr.Listen(ctx)
	if err != nil {
		return fmt.Errorf("cannot listen on `envoy::grpc::endpoint` %q: %w", cfg.NetAddr.Endpoint, err)
	}
	for _, f := range r.cfg.accessLogs() {
		if f.name == formatEnvoy {
			alsv3.RegisterAccessLogServiceServer(server, &accessLogService{intake: r, format: f})
		}
	}
	r.grpc, r.grpcAddress = server, listener.Addr()
	r.set.Logger.Info("listening for Envoy's gRPC access log", zap.Stringer("address", listener.Addr()))
	r.serving.Go(func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, net.ErrClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(fmt.Errorf("cannot serve gRPC: %w", err)))
		}
	})
	return nil
}

// StreamAccessLogs takes the messages of one Envoy until it ends the stream.
func (s *accessLogService) StreamAccessLogs(stream alsv3.AccessLogService_StreamAccessLogsServer) error {
	ctx := provenance.With(stream.Context(), s.grpcSource(stream.Context()))
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(&alsv3.StreamAccessLogsResponse{})
		}
		if err != nil {
			return err
		}
		if err := s.take(ctx, message); err != nil {
			return err
		}
	}
}

func (s *accessLogService) take(ctx context.Context, message *alsv3.StreamAccessLogsMessage) error {
	var body []byte
	for _, entry := range message.GetHttpLogs().GetLogEntry() {
		if line, ended := envoy.Line(entry); ended {
			body = append(append(body, line...), '\n')
		}
	}
	if len(body) == 0 {
		return nil // of requests that have not ended, or of plain TCP
	}
	decoded, refused, err := s.decode(nil, body, time.Now())
	if err != nil {
		return status.Error(codes.ResourceExhausted, err.Error())
	}
	h := handler{intake: s.intake, format: s.format}
	if len(refused) > 0 {
		h.reportMalformed(ctx, refused)
	}
	if err := h.forwardBatch(ctx, &decoded); err != nil {
		return status.Error(codes.Unavailable, "the pipeline cannot take the records now")
	}
	return nil
}

func (s *accessLogService) grpcSource(ctx context.Context) provenance.Source {
	source := provenance.Source{Receiver: provenance.ReceiverIntake, Format: s.name}
	if from, ok := peer.FromContext(ctx); ok {
		if tls, ok := from.AuthInfo.(credentials.TLSInfo); ok && len(tls.State.VerifiedChains) > 0 {
			source.Peer = tls.State.VerifiedChains[0][0].Subject.String()
		}
	}
	return source
}

// stopGRPC lets streams end that do so before ctx does.
func (r *intake) stopGRPC(ctx context.Context) {
	if r.grpc == nil {
		return
	}
	stopped := make(chan struct{})
	go func() {
		r.grpc.GracefulStop()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-ctx.Done():
		r.grpc.Stop()
		<-stopped
	case <-time.After(streamGrace): // Envoy never ends a stream by itself
		r.grpc.Stop()
		<-stopped
	}
}

// streamGrace is how long a shutdown waits for open streams.
const streamGrace = time.Second
