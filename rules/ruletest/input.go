package ruletest

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// input are the rows of a test by table, as columns and values.
type input struct {
	reports, events, spans, logs, resources []row
}

type row map[string]any

// rowBefore is where a row is without a time of its own: half an hour before
// the test's.
const rowBefore = 30 * time.Minute

// mostRows bounds what one test makes.
const mostRows = 100_000

// The short names of columns.
var (
	shortNames = map[string]string{
		"tenant": "tenant_id", "connector": "connector_id", "user": "user_id", "platform": "platform_name", "status": "status_code",
		"country": "client_country", "network": "client_as", "credential": "credential_hash", "service": "service_name", "operation": "operation_id",
		"trace": "trace_id", "span": "span_id", "parent": "parent_span_id", "token": "token_id", "id": "event_id",
	}
	actionDefaults = row{
		"tenant_id": "acme", "connector_id": "", "service_name": "crm-api", "method": "GET", "route": "/contacts", "status_code": 200,
		"source": "gateway_log", "identity_confidence": 1, "bytes_out": 1000, "adjusted_count": 1, "duration_ns": 20_000_000,
	}
	eventDefaults = row{"tenant_id": "acme", "source": "weir-1", "reporter": "audit"}
	logDefaults   = row{"tenant_id": "acme", "service_name": "crm-api"}
	spanDefaults  = row{"tenant_id": "acme", "kind": "server", "service_name": "crm-api", "name": "GET /contacts", "duration_ns": 20_000_000}
)

// segmentID is a UUIDv7; its time is of no meaning here.
const segmentID = "019c0000-0000-7000-8000-000000000001"

// input expands the rows of a test.
func (d *decoder) input(def *definition, at time.Time, path string) input {
	var in input
	d.expand(def.Actions, at, path+".actions", actionDefaults, func(r row, when time.Time, n int) {
		in.reports = append(in.reports, report(r, when, n))
	})
	d.expand(def.Events, at, path+".events", eventDefaults, func(r row, when time.Time, n int) {
		setDefault(r, "event_id", "e"+strconv.Itoa(n))
		r["timestamp"], r["received_at"], r["segment_id"] = moment(when), moment(when), segmentID
		in.events = append(in.events, r)
	})
	d.expand(def.Spans, at, path+".spans", spanDefaults, func(r row, when time.Time, n int) {
		setDefault(r, "span_id", "s"+strconv.Itoa(n))
		span, resource := withResource(r, when)
		in.spans, in.resources = append(in.spans, span), append(in.resources, resource)
	})
	d.expand(def.Logs, at, path+".logs", logDefaults, func(r row, when time.Time, _ int) {
		log, resource := withResource(r, when)
		in.logs, in.resources = append(in.logs, log), append(in.resources, resource)
	})
	return in
}

// expand decodes rows, repeats them and hands each over with its time and a
// number that no other row of the list has.
func (d *decoder) expand(nodes []yaml.Node, at time.Time, path string, defaults row, each func(r row, when time.Time, n int)) {
	n := 0
	for i := range nodes {
		field := fmt.Sprintf("%s[%d]", path, i)
		var given row
		if err := nodes[i].Decode(&given); err != nil {
			d.Report(nodes[i].Line, field, "is no mapping of columns, expected e.g. {connector: crm-sync, endpoint: GET /contacts}", "")
			continue
		}
		when, every, times, err := schedule(given, at)
		if err != nil {
			d.Report(nodes[i].Line, field, err.Error(), "")
			continue
		}
		for k := range times {
			r := row{}
			for name, value := range defaults {
				r[name] = value
			}
			for name, value := range given {
				r[column(name)] = numbered(value, k)
			}
			each(r, when.Add(time.Duration(k)*every), n)
			n++
		}
	}
}

// schedule takes at, every and times out of a row.
func schedule(r row, at time.Time) (when time.Time, every time.Duration, times int, err error) {
	when, every, times = at.Add(-rowBefore), time.Second, 1
	if text, ok := r["at"].(string); ok {
		if when, err = whenOf(text, at); err != nil {
			return when, 0, 0, err
		}
	} else if exact, ok := r["at"].(time.Time); ok {
		when = exact
	} else if r["at"] != nil {
		return when, 0, 0, fmt.Errorf("at is %v, expected a time or a distance from the test's, e.g. -30m", r["at"])
	}
	if text, ok := r["every"].(string); ok {
		if every, err = parseDistance(text); err != nil {
			return when, 0, 0, fmt.Errorf("every is %q, expected a duration, e.g. 1m", text)
		}
	}
	if count, given := r["times"]; given {
		var ok bool
		if times, ok = count.(int); !ok || times < 1 || times > mostRows {
			return when, 0, 0, fmt.Errorf("times is %v, expected 1 to %d", count, mostRows)
		}
	}
	delete(r, "at")
	delete(r, "every")
	delete(r, "times")
	return when, every, times, nil
}

func whenOf(text string, at time.Time) (time.Time, error) {
	if exact, err := time.Parse(time.RFC3339, text); err == nil {
		return exact.UTC(), nil
	}
	distance, err := parseDistance(text)
	if err != nil {
		return at, fmt.Errorf("at is %q, expected a time or a distance from the test's, e.g. -30m", text)
	}
	return at.Add(distance), nil
}

// parseDistance reads a duration of Go, or days: -2d.
func parseDistance(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}

func column(name string) string {
	if long, ok := shortNames[name]; ok {
		return long
	}
	return name
}

// numbered puts the number of a repetition in place of {i}.
func numbered(value any, i int) any {
	if text, ok := value.(string); ok {
		return strings.ReplaceAll(text, "{i}", strconv.Itoa(i))
	}
	return value
}

func setDefault(r row, column string, value any) {
	if _, given := r[column]; !given {
		r[column] = value
	}
}

// report completes a row of action_reports.
func report(r row, when time.Time, n int) row {
	if endpoint, ok := r["endpoint"].(string); ok {
		r["method"], r["route"], _ = strings.Cut(endpoint, " ")
		delete(r, "endpoint")
	}
	if request, ok := r["request"].(string); ok {
		r["call_key"] = "req:" + request
		delete(r, "request")
	}
	setDefault(r, "call_key", "call-"+strconv.Itoa(n))
	hash := fnv.New64a()
	fmt.Fprint(hash, r["call_key"])
	setDefault(r, "trace_key", hash.Sum64())
	if r["connector_id"] == "" {
		setDefault(r, "identity_status", "unattributed")
	}
	setDefault(r, "identity_status", "verified")
	if _, given := r["credential_hash"]; given {
		setDefault(r, "credential_type", "api_key")
	}
	status, _ := r["status_code"].(int)
	setDefault(r, "status_class", strconv.Itoa(status/100)+"xx")
	setDefault(r, "is_error", status >= 400)
	setDefault(r, "connector_name", r["connector_id"])
	r["timestamp"], r["bucket"] = moment(when), moment(when.Truncate(5*time.Minute))
	r["segment_id"] = segmentID
	return r
}

// withResource splits the attributes of a span or log record by type, and its
// resource off.
func withResource(r row, when time.Time) (record, resource row) {
	hash := fnv.New64a()
	fmt.Fprint(hash, r["resource"])
	resource = row{"resource_id": hash.Sum64(), "last_seen": seconds(when), "segment_id": segmentID, "service_name": r["service_name"]}
	typed(resource, r["resource"])
	typed(r, r["attributes"])
	delete(r, "resource")
	delete(r, "attributes")
	r["resource_id"], r["timestamp"], r["segment_id"] = resource["resource_id"], moment(when), segmentID
	return r, resource
}

// typed writes attributes into the maps of their types.
func typed(into row, attributes any) {
	maps := map[string]map[string]any{"attributes_string": {}, "attributes_int": {}, "attributes_bool": {}, "attributes_double": {}, "attributes_json": {}}
	given, _ := attributes.(row)
	for key, value := range given {
		switch v := value.(type) {
		case int:
			maps["attributes_int"][key] = v
		case bool:
			maps["attributes_bool"][key] = v
		case float64:
			maps["attributes_double"][key] = v
		case string:
			maps["attributes_string"][key] = v
		default:
			maps["attributes_json"][key] = jsonText(v)
		}
	}
	for column, values := range maps {
		into[column] = values
	}
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000000000") }

func seconds(t time.Time) string { return t.UTC().Format(time.DateTime) }
