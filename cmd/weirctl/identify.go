package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
)

const identifyHelp = `Identify says which connector made each call: it puts the spans on standard
input through a catalog, by the code the collector's identity processor runs.

The input is OTLP JSON, one or more trace exports after another, as the
collector's file exporter writes them. Each export is one batch: spans without
evidence of their own inherit from their parents and traces within it.

Nothing on standard input says who sent it, so gateway headers and claims are
only claimed. --trusted takes them as those of a trusted peer: verified. A token
that Weir verifies itself needs nobody's word: give its issuer's keys with --jwks,
--issuer and --audience; it is judged as of the span's start. Keyed hashes of
credentials need the secret of credentials.keys (--credential-key-file).

--output json has, for spans that report a call, also what was called (endpoint,
operation, classification) and for whom (user, actors).`

const identifyExample = `  weirctl identify --catalog catalog.yaml --trusted < spans.json
  weirctl identify --catalog catalog.d --output json < spans.json | jq 'select(.status=="unattributed")'
  weirctl identify --catalog https://config.example.com/catalog.yaml \
    --jwks jwks.json --issuer https://login.example.com --audience https://api.example.com < spans.json`

type identifyOptions struct {
	catalog  string
	catalogs *catalogFlags
	tokens   tokenFlags
	keyFile  string
	keyID    string
	disabled []string
	output   *string
	trusted  bool
}

func newIdentifyCommand() *cobra.Command {
	options := &identifyOptions{}
	command := &cobra.Command{
		Use:     "identify --catalog CATALOG",
		Short:   "Say which connector made each call, how sure, and on what evidence",
		Long:    identifyHelp,
		Example: identifyExample,
		RunE: func(command *cobra.Command, _ []string) error {
			resolver, err := options.resolver(command.Context())
			if err != nil {
				return err
			}
			return identify(command.InOrStdin(), command.OutOrStdout(), resolver, options)
		},
	}
	options.catalogs, options.output = addCatalogFlags(command), addOutputFlag(command)
	flags := command.Flags()
	flags.StringVar(&options.catalog, "catalog", "", "the connector catalog: `file`, folder or URL")
	flags.BoolVar(&options.trusted, "trusted", false, "the spans come from a trusted peer")
	options.tokens.add(flags)
	flags.StringVar(&options.keyFile, "credential-key-file", "", "`file` with the secret of credentials.keys, to recognise credentials by their keyed hashes")
	flags.StringVar(&options.keyID, "credential-key-id", "v1", "`id` of that key")
	addDisabledFlag(flags, &options.disabled)
	return command
}

func (o *identifyOptions) resolver(ctx context.Context) (*identity.Resolver, error) {
	if o.catalog == "" {
		return nil, cli.Usagef("--catalog is missing, expected the path of a catalog")
	}
	off, err := disabledMethods(o.disabled)
	if err != nil {
		return nil, err
	}
	source, err := o.catalogs.source(o.catalog)
	if err != nil {
		return nil, err
	}
	connectors, err := readCatalog(ctx, source)
	if err != nil {
		return nil, err
	}
	with := identity.Options{Off: off}
	if with.Tokens, err = o.tokens.verifier(ctx); err != nil {
		return nil, err
	}
	if o.keyFile != "" {
		if with.Hasher, err = hasherFromFile(o.keyFile, o.keyID); err != nil {
			return nil, err
		}
	}
	return identity.NewResolver(connectors, with), nil
}

// identified is one span and its identity. Its JSON names are an interface.
type identified struct {
	TraceID        string   `json:"trace_id"`
	SpanID         string   `json:"span_id"`
	Name           string   `json:"name"`
	Connector      string   `json:"connector"`
	Tenant         string   `json:"tenant,omitempty"`
	Platform       string   `json:"platform,omitempty"`
	User           string   `json:"user,omitempty"`
	ActorChain     []string `json:"actor_chain,omitempty"` // the immediate actor first
	Method         string   `json:"method,omitempty"`      // that established the identity
	Status         string   `json:"status"`
	Confidence     float64  `json:"confidence"`
	Reason         string   `json:"reason,omitempty"`
	Evidence       []string `json:"evidence"`
	Conflict       []string `json:"conflict,omitempty"`
	Route          string   `json:"route,omitempty"`
	API            string   `json:"api,omitempty"`
	Operation      string   `json:"operation,omitempty"`
	Classification string   `json:"classification,omitempty"`
	CredentialHash string   `json:"credential_hash,omitempty"`
}

func identify(in io.Reader, out io.Writer, resolver *identity.Resolver, options *identifyOptions) error {
	var table [][]string
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	err := eachExport(in, func(traces ptrace.Traces) error {
		for _, span := range identifySpans(traces, resolver, options.trust()) {
			if *options.output == "json" {
				if err := lines.Encode(span); err != nil {
					return err
				}
				continue
			}
			table = append(table, span.row())
		}
		return nil
	})
	if err != nil || *options.output == "json" {
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

// spanToIdentify is a span on its way through the catalog.
type spanToIdentify struct {
	span     ptrace.Span
	isReport bool
	facts    identity.Facts // of a report
}

func (o *identifyOptions) trust() identity.Trust {
	if o.trusted {
		return identity.TrustAll
	}
	return identity.TrustNobody
}

func identifySpans(traces ptrace.Traces, resolver *identity.Resolver, trust identity.Trust) []identified {
	var spans []spanToIdentify
	var records []identity.Record
	var signals identity.Signals
	for _, resource := range traces.ResourceSpans().All() {
		service := text(resource.Resource().Attributes(), "service.name")
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				record := identity.Record{Trace: span.TraceID(), Span: span.SpanID(), Parent: span.ParentSpanID()}
				s := spanToIdentify{span: span}
				span.Attributes().RemoveIf(func(key string, _ pcommon.Value) bool { return strings.HasPrefix(key, lowcode.Prefix) })
				resolver.Collect(span.Attributes(), false, &signals)
				if start := span.StartTimestamp(); start != 0 {
					signals.At = start.AsTime()
				}
				resolver.Resolve(&signals, trust, &record.Decision)
				if s.isReport = isReport(span.Kind(), &signals); s.isReport {
					resolver.Describe(&signals, service, &s.facts)
				}
				records, spans = append(records, record), append(spans, s)
			}
		}
	}
	new(identity.Family).Inherit(records)
	all := make([]identified, len(spans))
	for i := range spans {
		all[i] = spans[i].identified(&records[i].Decision, resolver.Revision())
	}
	return all
}

// isReport says whether a span reports an API call.
func isReport(kind ptrace.SpanKind, s *identity.Signals) bool {
	switch kind {
	case ptrace.SpanKindServer, ptrace.SpanKindConsumer:
		return true
	case ptrace.SpanKindClient, ptrace.SpanKindProducer:
		return s.HasMethod
	}
	return false
}

// identified is what the collector would stamp, as it would stamp it.
func (s *spanToIdentify) identified(d *identity.Decision, revision string) identified {
	trace, id := s.span.TraceID(), s.span.SpanID()
	found := identified{TraceID: hex.EncodeToString(trace[:]), SpanID: hex.EncodeToString(id[:]), Name: s.span.Name()}
	attributes := s.span.Attributes()
	if s.isReport {
		d.StampReport(attributes, &s.facts, revision)
	}
	found.fill(d)
	found.User = text(attributes, "user.id")
	found.Route = text(attributes, "http.route")
	found.API = text(attributes, lowcode.KeyAPIID)
	found.Operation = text(attributes, lowcode.KeyAPIOperationID)
	found.Classification = text(attributes, lowcode.KeyDataClassification)
	found.CredentialHash = text(attributes, lowcode.KeyCredentialHash)
	if chain, has := attributes.Get(lowcode.KeyActorChain); has {
		for _, actor := range chain.Slice().All() {
			found.ActorChain = append(found.ActorChain, actor.Str())
		}
	}
	return found
}

func text(attributes pcommon.Map, key string) string {
	value, has := attributes.Get(key)
	if !has {
		return ""
	}
	return value.Str()
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
