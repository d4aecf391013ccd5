package redactprocessor

import (
	"context"
	"errors"
	"strings"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/redact"
)

// Signals, as the rules of a policy name them.
const (
	signalTraces   = "traces"
	signalLogs     = "logs"
	signalMetrics  = "metrics"
	signalProfiles = "profiles"
)

// errUnwalkable is what the sender of a batch gets that could not be walked at
// all: nothing of it is passed on.
var errUnwalkable = consumererror.NewPermanent(errors.New("cannot redact the batch: it was dropped; the collector's log names the signal"))

// walker redacts one batch at a time. It is pooled, so that a clean batch costs
// no allocation.
type walker struct {
	*redactor
	signal string
	policy *policy // in force for the whole batch

	carriesAliases bool // the signal has records to put them on

	engine  engine       // for the record at hand
	denies  bool         // engine has allowed_keys
	words   bool         // the policy's patterns may match what no detector can
	tenant  string       // of the resource
	source  string       // connector of the resource
	last    redact.Scope // that engine is for
	careful bool         // a recover around every value: the part at hand has panicked

	untilSample int // values that pass until one is rescanned
	number      [64]byte
	replaced    map[string]string // of profiles: what came for a string, wherever it stood

	record tally
	batch  batch
}

func (r *redactor) walker() *walker { return r.walkers.Get().(*walker) }

// begin takes the policy that is in force now.
func (w *walker) begin(signal string) {
	w.signal = signal
	w.carriesAliases = signal == signalTraces || signal == signalLogs
	w.policy = w.redactor.policy.Load()
	w.words = w.policy.ownWords
	w.tenant, w.source, w.last = "", "", redact.Scope{Signal: signal}
	w.use(w.policy.engines(w.last))
}

// finish ends a batch. It is deferred: a panic that no value caused refuses the
// batch.
func (w *walker) finish(ctx context.Context, err *error) {
	if cause := recover(); cause != nil { // which may hold a value: it is not logged
		w.log.Error("a batch could not be walked and was dropped", zap.String("signal", w.signal))
		*err = errUnwalkable
		return // and the walker with it
	}
	if w.batch.dirty() {
		w.flush(ctx)
	}
	w.record.reset()
	w.forgetAliases()
	w.replaced = nil
	w.walkers.Put(w)
}

func (w *walker) use(e engine) {
	if w.engine != e {
		w.engine, w.denies = e, e.DeniesKeys()
	}
}

// attempt walks a part of the telemetry. If the walk panics, the part is walked
// again, carefully: redacting twice gives what redacting once gives, and only
// the value that panics is lost. (What a dry run, or an action that leaves the
// match, found before the panic is counted twice.)
func attempt[T any](w *walker, walk func(*walker, T), part T) {
	if quick(w, walk, part) {
		return
	}
	w.careful = true
	walk(w, part)
	w.careful = false
}

func quick[T any](w *walker, walk func(*walker, T), part T) (done bool) {
	defer func() {
		if !done {
			_ = recover()
		}
	}()
	walk(w, part)
	return true
}

// text redacts one string and reports whether it is to be replaced. It fails
// closed: a panic or an oversized value gives redact.Failed. Of a value that is
// scratch memory, what comes out may be a part.
func (w *walker) text(at place, key, value string) (out string, changed bool) {
	if value == "" {
		return "", false
	}
	if w.careful || len(value) > w.maxValue {
		return w.oddText(at, key, value)
	}
	out, matches := w.engine.Redact(key, value)
	if w.untilSample--; w.untilSample > 0 && len(matches) == 0 {
		return out, false
	}
	return w.settle(at, key, value, out, matches)
}

// oddText is text for values that are too long, or may cause a panic.
func (w *walker) oddText(at place, key, value string) (out string, changed bool) {
	if len(value) > w.maxValue {
		return w.failed(at, reasonSize, value)
	}
	out, matches, ok := w.carefully(at, key, value)
	if !ok {
		return w.failed(at, reasonPanic, value)
	}
	w.untilSample--
	return w.settle(at, key, value, out, matches)
}

// settle ends a value with matches, or one that is sampled.
func (w *walker) settle(at place, key, value, out string, matches []redact.Match) (_ string, changed bool) {
	if len(matches) > 0 {
		out, changed = w.matched(at, value, out, matches)
	}
	if w.untilSample == 0 {
		w.sample(at, key, out)
	}
	return out, changed
}

// carefully is the engine with a recover.
func (w *walker) carefully(at place, key, value string) (out string, matches []redact.Match, ok bool) {
	defer func() {
		if cause := recover(); cause != nil { // which may hold the value: it is not logged
			w.log.Error("a value could not be scanned and was replaced", zap.Stringer("place", at), zap.Int("bytes", len(value)))
			ok = false
		}
	}()
	out, matches = w.engine.Redact(key, value)
	return out, matches, true
}

// matched counts the matches of one value.
func (w *walker) matched(at place, value, out string, matches []redact.Match) (string, bool) {
	gaveUp := out == redact.Failed
	if gaveUp {
		w.batch.lost(at, reasonLimit)
	}
	for i := range matches {
		m := &matches[i]
		action := m.Action
		if action == redact.ActionFailed && !gaveUp {
			w.batch.lost(at, reasonAction)
		}
		if w.dryRun {
			action = ModeDryRun
		}
		w.batch.found(m.Detector, at, action)
		w.record.add(m.Detector)
		w.alias(m)
	}
	if w.dryRun || out == value { // an action may be to leave it
		return value, false
	}
	if w.replaced != nil {
		w.replaced[strings.Clone(value)] = out
	}
	return out, true
}

func (w *walker) failed(at place, reason, value string) (string, bool) {
	w.batch.lost(at, reason)
	if w.dryRun {
		return value, false
	}
	if w.replaced != nil {
		w.replaced[strings.Clone(value)] = redact.Failed
	}
	return redact.Failed, true
}

// set redacts a string that is reached through a getter and a setter.
func (w *walker) set(at place, value string, setter func(string)) {
	if out, changed := w.text(at, "", value); changed {
		setter(out)
	}
}

// sample hands every n-th value, as it goes out, to the self-check.
func (w *walker) sample(at place, key, out string) {
	w.untilSample = w.checker.next()
	w.checker.offer(sample{place: at, key: strings.Clone(key), value: strings.Clone(out), engine: w.engine})
}

// enter chooses the engine of a record by the connector and tenant it names, or
// else its resource does.
func (w *walker) enter(attributes pcommon.Map) {
	if w.policy.scoped {
		w.useFor(w.named(attributes, keyTenant, w.tenant), w.named(attributes, keyConnector, w.source))
	}
}

// enterResource begins a resource, with its scopes and records.
func (w *walker) enterResource(attributes pcommon.Map) {
	if w.policy.scoped {
		w.tenant, w.source = w.named(attributes, keyTenant, ""), w.named(attributes, keyConnector, "")
		w.useFor(w.tenant, w.source)
	}
}

// leaveScope goes back from the records of a scope to their resource.
func (w *walker) leaveScope() { w.useFor(w.tenant, w.source) }

// useFor chooses an engine; that of the record before, mostly.
func (w *walker) useFor(tenant, connector string) {
	if s := &w.last; s.Tenant != tenant || s.Connector != connector {
		s.Tenant, s.Connector = tenant, connector
		w.use(w.policy.engines(*s))
	}
}

func (w *walker) named(attributes pcommon.Map, key, otherwise string) string {
	if v, ok := attributes.Get(key); ok && v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return otherwise
}
