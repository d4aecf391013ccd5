package main

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/recompute"
)

// judge decides about stored reports by one revision of the catalog.
type judge struct {
	catalog  *catalog.Catalog
	resolver *identity.Resolver
	signals  identity.Signals
	// claimsStored says that tokens are matched only by their clients and actors,
	// which are stored, and not by other claims.
	claimsStored bool
}

func newJudge(c *catalog.Catalog, off map[identity.Method]bool) *judge {
	storedClaims := []string{catalog.CanonicalClaim("client_id"), "act.sub"}
	isLost := func(claim string) bool { return !slices.Contains(storedClaims, claim) }
	return &judge{
		catalog: c, resolver: identity.NewResolver(c, identity.Options{Off: off}),
		claimsStored: !slices.ContainsFunc(c.Index().Claims(), isLost),
	}
}

// decide judges a report by what its own span still shows.
func (j *judge) decide(held *heldReport) error {
	stored := &held.stored
	attributes, err := stored.attributes()
	if err != nil {
		return err
	}
	held.record = identity.Record{Trace: [16]byte([]byte(stored.TraceID)), Span: [8]byte([]byte(stored.SpanID)), Parent: [8]byte([]byte(stored.ParentID))}
	trust := j.resolver.CollectStored(attributes, &j.signals)
	j.signals.At = stored.Timestamp
	d := &held.record.Decision
	j.resolver.Resolve(&j.signals, trust, d)
	if held.gone = j.gone(attributes); held.gone && d.Reason == identity.NoSignal {
		d.Reason = identity.UnknownKey // there was a signal: nothing is inherited
	}
	return nil
}

// inherit lets reports have what the others of their traces have.
func (j *judge) inherit(reports []heldReport) {
	records := make([]identity.Record, len(reports))
	for i := range reports {
		records[i] = reports[i].record
	}
	new(identity.Family).Inherit(records)
	for i := range reports {
		reports[i].record = records[i]
	}
}

// verdict is what a report is by the catalog; kept says that its connector stays
// although nothing stored names it any more.
func (j *judge) verdict(held *heldReport) (v recompute.Reattribution, kept bool) {
	stored, d := &held.stored, &held.record.Decision
	v = recompute.Reattribution{
		Bucket: stored.Bucket, TraceID: held.record.Trace, SpanID: held.record.Span, Revision: j.catalog.Revision,
		Status: d.Status.String(), Method: d.Method.String(), Confidence: float32(d.Confidence), Reason: d.Reason.String(),
	}
	connector := d.Connector
	if before := j.catalog.ConnectorByID(stored.Connector); before != nil && j.outweighed(held) {
		connector, kept = before, connector != before
		v.Status, v.Method, v.Confidence, v.Reason = stored.Status, stored.Method, stored.Confidence, ""
	}
	v.Platform, v.Environment = cmp.Or(d.Platform, stored.Platform), stored.OfResource
	switch {
	case connector != nil:
		v.Connector, v.ConnectorName = connector.ID, connector.Name
		v.Tenant = connector.Tenant
		v.Platform = cmp.Or(connector.Platform, v.Platform)
		v.Environment = cmp.Or(connector.Environment, v.Environment)
	case stored.Connector == "":
		v.Tenant = stored.Tenant // the sender's word
		if held.gone {
			v.Reason = stored.Reason
		}
	}
	return v, kept
}

// outweighed says that what is stored of a report weighs less than what decided
// its connector, which is not stored.
func (j *judge) outweighed(held *heldReport) bool {
	stored, d := &held.stored, &held.record.Decision
	if stored.inherited() {
		return d.Connector == nil // from a relative that was not read
	}
	return held.gone && (d.Connector == nil || float32(d.Confidence) < stored.Confidence)
}

// redacted finds the marks of the redact processor, e.g. <EMAIL>, <EMAIL:k1:…>.
var redacted = regexp.MustCompile(`<[A-Z][A-Z0-9_]*[:>]`)

// gone says whether a signal that decided the identity is not stored as it was.
func (j *judge) gone(attributes pcommon.Map) bool {
	evidence, found := attributes.Get(lowcode.KeyIdentityEvidence)
	if !found || evidence.Type() != pcommon.ValueTypeSlice {
		return false
	}
	for _, item := range evidence.Slice().All() {
		name, key, _ := strings.Cut(item.Str(), "=")
		method, isMethod := identity.MethodOf(name)
		if isMethod && method != identity.TraceParent && !j.isStored(attributes, method, key) {
			return true
		}
	}
	return false
}

func (j *judge) isStored(attributes pcommon.Map, method identity.Method, key string) bool {
	switch method {
	case identity.SourceIP:
		return false // shortened
	case identity.Credential:
		if has(attributes, lowcode.KeyCredentialID) || has(attributes, lowcode.KeyCredentialHash) {
			return true
		}
	case identity.JWTClaim:
		if j.claimsStored && has(attributes, lowcode.KeyTokenClientID) {
			return true
		}
	}
	return has(attributes, key) || has(attributes, otherSpelling(key))
}

// otherSpelling is the attribute of a header as older instrumentation writes it:
// http.request.header.x_consumer_id.
func otherSpelling(key string) string {
	const prefix = "http.request.header."
	if name, isHeader := strings.CutPrefix(key, prefix); isHeader {
		return prefix + strings.ReplaceAll(name, "-", "_")
	}
	return key
}

// has reports an attribute with a value that was not redacted.
func has(attributes pcommon.Map, key string) bool {
	value, found := attributes.Get(key)
	return found && !redacted.MatchString(value.AsString())
}
