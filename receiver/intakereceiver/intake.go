package intakereceiver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/metadata"
)

// intake is the HTTP server: one handler a format. It is shared by the signals
// of a configuration.
type intake struct {
	cfg       *Config
	set       receiver.Settings
	traces    consumer.Traces // nil where no pipeline of traces has the receiver
	logs      consumer.Logs   // nil where no pipeline of logs has it
	forget    func()          // takes the server out of the factory's map
	obs       *receiverhelper.ObsReport
	malformed metric.Int64Counter

	server      *http.Server
	listener    net.Listener
	grpc        *grpc.Server // of Envoy's access log service; nil without it
	grpcAddress net.Addr
	serving     sync.WaitGroup
	users       atomic.Int32 // signals that are started
}

func newIntake(set receiver.Settings, cfg *Config) (*intake, error) {
	obs, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: "http", ReceiverCreateSettings: set,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot create the receiver's own telemetry: %w", err)
	}
	malformed, err := set.MeterProvider.Meter(metadata.ScopeName).Int64Counter(
		"otelcol_receiver_intake_malformed_records",
		metric.WithUnit("{record}"),
		metric.WithDescription("Records of a request that are not what the format's sender writes and were refused, by format."),
	)
	if err != nil {
		return nil, fmt.Errorf("cannot create the receiver's own telemetry: %w", err)
	}
	return &intake{cfg: cfg, set: set, obs: obs, malformed: malformed}, nil
}

// routes has the paths of the formats for which there is a pipeline.
func (r *intake) routes() (mux *http.ServeMux, paths []string) {
	mux = http.NewServeMux()
	for _, f := range r.cfg.formats() {
		if f.Path == "" {
			continue
		}
		signal, missing := "traces", r.traces == nil
		if f.auditLog != nil {
			signal, missing = "logs", r.logs == nil
		}
		if missing {
			mux.HandleFunc(f.Path, func(w http.ResponseWriter, _ *http.Request) {
				writeJSON(w, http.StatusNotFound, failure{Error: "no pipeline takes " + f.name, Expected: "the receiver in a pipeline of " + signal})
			})
			continue
		}
		mux.Handle(f.Path, &handler{intake: r, format: f})
		paths = append(paths, f.Path)
	}
	return mux, paths
}

// Start opens the port, so that a wrong address is told here, and serves. The
// first of the signals does so for all.
func (r *intake) Start(ctx context.Context, host component.Host) error {
	if r.users.Add(1) > 1 {
		return nil
	}
	mux, paths := r.routes()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusNotFound, failure{Error: "no format has this path", Expected: strings.Join(paths, ", ")})
	})

	var err error
	r.server, err = r.cfg.ServerConfig.ToServer(ctx, host.GetExtensions(), r.set.TelemetrySettings, mux,
		confighttp.WithErrorHandler(serverError))
	if err != nil {
		return fmt.Errorf("cannot set up the HTTP server: %w", err)
	}
	r.listener, err = r.cfg.ServerConfig.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("cannot listen on `endpoint` %q: %w", r.cfg.ServerConfig.NetAddr.Endpoint, err)
	}
	r.set.Logger.Info("listening", zap.Stringer("address", r.listener.Addr()), zap.Strings("paths", paths))
	r.serving.Go(func() {
		if err := r.server.Serve(r.listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(fmt.Errorf("cannot serve HTTP: %w", err)))
		}
	})
	return r.startGRPC(ctx, host)
}

// Shutdown lets requests that are being handled finish.
func (r *intake) Shutdown(ctx context.Context) error {
	if r.users.Load() > 0 && r.users.Add(-1) > 0 {
		return nil
	}
	r.forget()
	if r.server == nil {
		return nil
	}
	r.stopGRPC(ctx)
	err := r.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("cannot finish open requests: %w", err), r.server.Close())
	}
	r.serving.Wait()
	return err
}

// source is what the identity processor learns of the request.
func (r *intake) source(req *http.Request, format string) provenance.Source {
	source := provenance.Source{Receiver: provenance.ReceiverIntake, Format: format}
	if req.TLS != nil && len(req.TLS.VerifiedChains) > 0 {
		source.Peer = req.TLS.VerifiedChains[0][0].Subject.String()
	}
	return source
}
