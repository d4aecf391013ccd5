package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/weir-otel/weir/internal/erase"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/simulate/otlpclient"
)

// receiptPatience is how long a collector may be busy.
const receiptPatience = 30 * time.Second

// receiptSender brings receipts to a collector; the zero value to nobody.
type receiptSender struct{ client *otlpclient.Client }

// newReceiptSender asks the collector whether it takes logs: afterwards it would
// be too late.
func newReceiptSender(ctx context.Context, endpoint, protocol string) (*receiptSender, error) {
	client, err := otlpclient.New(otlpclient.Options{Endpoint: endpoint, Protocol: protocol, Patience: receiptPatience})
	if err != nil {
		return nil, err
	}
	s := &receiptSender{client: client}
	if err := s.logs(ctx, plog.NewLogs()); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *receiptSender) close() error {
	if s.client == nil {
		return nil
	}
	return s.client.Close()
}

func (s *receiptSender) send(ctx context.Context, r *erase.Receipt) error {
	if s.client == nil {
		return nil
	}
	logs, err := receiptLogs(r)
	if err != nil {
		return err
	}
	return s.logs(ctx, logs)
}

func (s *receiptSender) logs(ctx context.Context, logs plog.Logs) error {
	payload, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
	if err != nil {
		return fmt.Errorf("cannot encode the receipt: %w", err)
	}
	return s.client.Logs(ctx, payload)
}

// receiptLogs is the receipt as an audit event.
func receiptLogs(r *erase.Receipt) (plog.Logs, error) {
	rows, err := json.Marshal(r.Rows)
	if err != nil {
		return plog.Logs{}, fmt.Errorf("cannot encode the receipt: %w", err)
	}
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "weirctl")
	record := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetEventName(lowcode.EventErasureCompleted)
	record.SetTimestamp(pcommon.NewTimestampFromTime(r.Finished))
	record.SetSeverityNumber(plog.SeverityNumberInfo)
	attributes := record.Attributes()
	attributes.PutStr(lowcode.KeyEventID, "erasure:"+r.ID+":"+r.Finished.Format(time.RFC3339Nano))
	attributes.PutStr(lowcode.KeyEventActor, r.Operator)
	attributes.PutStr(lowcode.KeyEventObject, strings.Join(r.Subjects, " "))
	attributes.PutStr(lowcode.KeyEventNewValue, string(rows))
	attributes.PutStr(lowcode.KeyEventRationale, "receipt "+r.ID+", hashes by key "+r.KeyID)
	if !r.Complete() {
		attributes.PutStr(lowcode.KeyPolicyDecision, "incomplete")
		record.SetSeverityNumber(plog.SeverityNumberWarn)
	}
	return logs, nil
}

// operator is who runs the command.
func operator() (string, error) {
	who, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("cannot tell who you are: %w", err)
	}
	return who.Username, nil
}
