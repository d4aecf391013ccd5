package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/simulate/otlpclient"
)

// defaultCollector is where a collector on this machine listens.
const defaultCollector = "127.0.0.1:4317"

// noCollector as --otlp: the act leaves no event.
const noCollector = "none"

// eventPatience is how long a collector may be busy.
const eventPatience = 30 * time.Second

// eventFlags say which collector stores what the command does as audit events.
type eventFlags struct{ endpoint, protocol string }

func addEventFlags(cmd *cobra.Command, endpoint, what string) *eventFlags {
	f := &eventFlags{}
	flags := cmd.Flags()
	flags.StringVar(&f.endpoint, "otlp", endpoint, "`host:port` of the collector that stores "+what+"; "+noCollector+" = no event")
	flags.StringVar(&f.protocol, "protocol", "grpc", "of --otlp: grpc or http")
	return f
}

// open asks the collector whether it takes logs: afterwards it would be too
// late. undone says what did not happen if not, e.g. "nothing is erased".
func (f *eventFlags) open(ctx context.Context, undone string) (*eventSender, error) {
	if f.endpoint == noCollector {
		return &eventSender{}, nil
	}
	who, err := operator()
	if err != nil {
		return nil, err
	}
	client, err := otlpclient.New(otlpclient.Options{Endpoint: f.endpoint, Protocol: f.protocol, Patience: eventPatience})
	if err != nil {
		return nil, err
	}
	s := &eventSender{client: client, actor: who}
	if err := s.logs(ctx, plog.NewLogs()); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: its event could not be stored: %w; name a collector with --otlp, or --otlp %s", undone, err, noCollector), s.close())
	}
	return s, nil
}

// eventSender brings audit events to a collector; the zero value to nobody.
type eventSender struct {
	client *otlpclient.Client
	actor  string
}

// act is something that an operator did with Weir. See lowcode for the keys.
type act struct {
	name       string // lowcode.Event…
	id         string // the same when it is sent again
	at         time.Time
	object     string
	newValue   string
	rationale  string
	incomplete bool // not all of it could be done
}

// send returns when the collector has the acts on its disk.
func (s *eventSender) send(ctx context.Context, acts ...act) error {
	if s.client == nil || len(acts) == 0 {
		return nil
	}
	return s.logs(ctx, actLogs(s.actor, acts))
}

func (s *eventSender) close() error {
	if s.client == nil {
		return nil
	}
	return s.client.Close()
}

func (s *eventSender) logs(ctx context.Context, logs plog.Logs) error {
	payload, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
	if err != nil {
		return fmt.Errorf("cannot encode the event: %w", err)
	}
	return s.client.Logs(ctx, payload)
}

func actLogs(actor string, acts []act) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "weirctl")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for _, a := range acts {
		record := records.AppendEmpty()
		record.SetEventName(a.name)
		record.SetTimestamp(pcommon.NewTimestampFromTime(a.at))
		record.SetSeverityNumber(plog.SeverityNumberInfo)
		attributes := record.Attributes()
		attributes.PutStr(lowcode.KeyEventID, a.id)
		attributes.PutStr(lowcode.KeyEventActor, actor)
		attributes.PutStr(lowcode.KeyEventObject, a.object)
		attributes.PutStr(lowcode.KeyEventNewValue, a.newValue)
		attributes.PutStr(lowcode.KeyEventRationale, a.rationale)
		if a.incomplete {
			record.SetSeverityNumber(plog.SeverityNumberWarn)
			attributes.PutStr(lowcode.KeyPolicyDecision, "incomplete")
		}
	}
	return logs
}

// operator is who runs the command.
func operator() (string, error) {
	who, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("cannot tell who you are: %w", err)
	}
	return who.Username, nil
}
