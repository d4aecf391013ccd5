package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
)

const identifyHelp = `Identify says which connector made each call: it puts the spans on standard
input through a catalog, by the code the collector's identity processor runs.

The input is OTLP JSON, one or more trace exports after another, as the
collector's file exporter writes them. Each export is one batch: spans without
evidence of their own inherit from their parents and traces within it.

Nothing on standard input says who sent it, so gateway headers and claims are
only claimed. --trusted takes them as those of a trusted peer: verified.`

const identifyExample = `  weirctl identify --catalog catalog.yaml --trusted < spans.json
  weirctl identify --catalog catalog.yaml --output json < spans.json | jq 'select(.status=="unattributed")'`

type identifyOptions struct {
	catalog string
	output  string
	trusted bool
}

func newIdentifyCommand() *cobra.Command {
	var options identifyOptions
	command := &cobra.Command{
		Use:     "identify --catalog FILE",
		Short:   "Say which connector made each call, how sure, and on what evidence",
		Long:    identifyHelp,
		Example: identifyExample,
		RunE: func(command *cobra.Command, _ []string) error {
			if options.output != "table" && options.output != "json" {
				return cli.Usagef("--output %s, expected table or json", options.output)
			}
			return identify(command.InOrStdin(), command.OutOrStdout(), options)
		},
	}
	flags := command.Flags()
	flags.StringVar(&options.catalog, "catalog", "", "the connector catalog")
	flags.BoolVar(&options.trusted, "trusted", false, "the spans come from a trusted peer")
	flags.StringVar(&options.output, "output", "table", "table, or json: one object a line")
	return command
}

// identified is one span and its identity.
type identified struct {
	TraceID    string   `json:"trace_id"`
	SpanID     string   `json:"span_id"`
	Name       string   `json:"name"`
	Connector  string   `json:"connector"`
	Tenant     string   `json:"tenant,omitempty"`
	Platform   string   `json:"platform,omitempty"`
	User       string   `json:"user,omitempty"`
	Status     string   `json:"status"`
	Confidence float64  `json:"confidence"`
	Method     string   `json:"method,omitempty"`
	Reason     string   `json:"reason,omitempty"`
	Evidence   []string `json:"evidence"`
	Conflict   []string `json:"conflict,omitempty"`
}

func identify(in io.Reader, out io.Writer, options identifyOptions) error {
	if options.catalog == "" {
		return cli.Usagef("--catalog is missing, expected the path of a catalog")
	}
	connectors, err := catalog.Load(options.catalog)
	if err != nil {
		return err
	}
	resolver := identity.NewResolver(connectors)
	var table [][]string
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	err = eachExport(in, func(traces ptrace.Traces) error {
		for _, span := range identifySpans(traces, resolver, options.trusted) {
			if options.output == "json" {
				if err := lines.Encode(span); err != nil {
					return err
				}
				continue
			}
			table = append(table, span.row())
		}
		return nil
	})
	if err != nil || options.output == "json" {
		return err
	}
	return cli.Table(out, []string{"TRACE", "SPAN", "NAME", "CONNECTOR", "STATUS", "CONFIDENCE", "METHOD", "EVIDENCE"}, table)
}

// eachExport calls f for every JSON document of in.
func eachExport(in io.Reader, f func(ptrace.Traces) error) error {
	documents := json.NewDecoder(bufio.NewReader(in))
	var unmarshaler ptrace.JSONUnmarshaler
	for n := 1; ; n++ {
		var document json.RawMessage
		err := documents.Decode(&document)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot read trace export %d: %w; expected OTLP JSON", n, err)
		}
		traces, err := unmarshaler.UnmarshalTraces(document)
		if err != nil {
			return fmt.Errorf("cannot read trace export %d: %w; expected OTLP JSON with resourceSpans", n, err)
		}
		if err := f(traces); err != nil {
			return err
		}
	}
}

func identifySpans(traces ptrace.Traces, resolver *identity.Resolver, trusted bool) []identified {
	var spans []identified
	var records []identity.Record
	var signals identity.Signals
	for _, resource := range traces.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				record := identity.Record{Trace: span.TraceID(), Span: span.SpanID(), Parent: span.ParentSpanID()}
				resolver.Collect(span.Attributes(), false, &signals)
				resolver.Resolve(&signals, trusted, &record.Decision)
				records = append(records, record)
				trace, id := span.TraceID(), span.SpanID()
				spans = append(spans, identified{
					TraceID: hex.EncodeToString(trace[:]), SpanID: hex.EncodeToString(id[:]), Name: span.Name(), User: signals.UserID(),
				})
			}
		}
	}
	new(identity.Family).Inherit(records)
	for i := range records {
		spans[i].fill(&records[i].Decision)
	}
	return spans
}

func (s *identified) fill(d *identity.Decision) {
	if d.Connector != nil {
		s.Connector, s.Tenant = d.Connector.ID, d.Connector.Tenant
	}
	s.Platform = d.Platform
	s.Status, s.Method, s.Reason = d.Status.String(), d.Method.String(), d.Reason.String()
	s.Confidence = d.Confidence
	s.Evidence = append([]string{}, d.Evidence()...)
	s.Conflict = d.Conflict()
}

func (s *identified) row() []string {
	connector, method := s.Connector, s.Method
	if connector == "" {
		connector, method = "-", s.Reason
	}
	evidence := append(append([]string{}, s.Evidence...), s.Conflict...)
	return []string{
		s.TraceID, s.SpanID, s.Name, connector, s.Status,
		strconv.FormatFloat(s.Confidence, 'f', 2, 64), method, strings.Join(evidence, ", "),
	}
}
