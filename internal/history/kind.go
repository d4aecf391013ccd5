package history

import (
	"fmt"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/detect"
)

// What has a history.
const (
	Connector  = "connector"
	Tenant     = "tenant"
	Endpoint   = "endpoint" // of a connector
	User       = "user"     // of a tenant; known to the raw actions only
	Credential = "credential"
)

// kind is how the figures of one kind of entity are found.
type kind struct {
	table     string
	rollup    bool      // else single actions
	time      string    // of a row, as compared with a reading's times
	condition string    // what counts
	key       [4]string // tenant, connector, user, endpoint; '' where it is not part of the key
	weight    string    // what bytes and cost are multiplied by
	requests  string
	errors    string
	users     string // an aggregate
	latency   string // an aggregate
}

const (
	endpointName = "trimBoth(concat(method, ' ', route))"
	production   = "environment IN ('production', '') AND connector_id != ''"

	// The 95th percentile of a sum of histograms, in seconds; a bin is
	// floor(4·log2(nanoseconds)).
	histogram95 = "exp2((arrayFirst((bin, upTo) -> upTo >= 0.95 * arraySum(mapValues(sumMap(latency_histogram))), " +
		"mapKeys(sumMap(latency_histogram)), arrayCumSum(mapValues(sumMap(latency_histogram)))) + 0.5) / 4) / 1e9"
)

func kindOf(entity string) (*kind, error) {
	k := &kind{
		table: "connector_hours FINAL", rollup: true, time: "hour", condition: production, weight: "1",
		requests: "adjusted_count", errors: "errors", users: "uniqCombined64Merge(12)(users)", latency: histogram95,
	}
	switch entity {
	case "", Connector:
		k.key = [4]string{"tenant_id", "connector_id", "''", "''"}
	case Tenant:
		k.key = [4]string{"tenant_id", "''", "''", "''"}
	case Endpoint:
		k.key = [4]string{"tenant_id", "connector_id", "''", endpointName}
	case User, Credential:
		k = &kind{
			table: "actions FINAL", time: "bucket",
			condition: "live AND NOT dry_run AND environment IN ('production', '') AND " + entity + "_id != ''",
			key:       [4]string{"tenant_id", "''", entity + "_id", "''"}, weight: "adjusted_count",
			requests: "adjusted_count", errors: "is_error * adjusted_count", users: "uniq(user_id)", latency: "quantile(0.95)(duration_ns) / 1e9",
		}
	default:
		return nil, fmt.Errorf("cannot read the history of %q, expected connector, tenant, endpoint, user or credential", entity)
	}
	return k, nil
}

// lateLength is the longest reading that is one of lately.
const lateLength = 48 * time.Hour

// lately is the same from the 5-minute rollup, whose rows lie in order of time: a
// day of a whole fleet is a small part of it, while the hourly one, in order of
// connectors, would be read from end to end.
func (k *kind) lately(r *Reading) *kind {
	if k.time != "hour" || r.Of != nil || r.End.Sub(r.Start) > lateLength {
		return k
	}
	fives := *k
	fives.table, fives.time = "connector_5m FINAL", "bucket"
	return &fives
}

// keyed says whether column i of the key is part of it.
func (k *kind) keyed(i int) bool { return k.key[i] != "''" }

// where is the condition of a reading on the rows of [from, to).
func (k *kind) where(r *Reading, time string, from, to time.Time) (condition string, args []any) {
	all := []string{time + " >= ?", time + " < ?", k.condition}
	args = []any{from, to}
	if p := r.Part; p != (Part{}) {
		all = append(all, "tenant_id >= ?", "tenant_id <= ?")
		args = append(args, p.FirstTenant, p.LastTenant)
		if p.LastConnector != "" {
			all = append(all, "connector_id >= ?", "connector_id <= ?")
			args = append(args, p.FirstConnector, p.LastConnector)
		}
	}
	if r.Of != nil {
		all = append(all, k.oneOf(r.Of))
	}
	return strings.Join(all, " AND "), args
}

// oneOf picks entities by the columns that an index may know: an endpoint is
// found with its connector's others.
func (k *kind) oneOf(keys []detect.Key) string {
	columns := []string{"tenant_id"}
	value := func(detect.Key) string { return "" }
	switch {
	case k.keyed(1):
		columns, value = append(columns, "connector_id"), func(key detect.Key) string { return key.ID }
	case k.keyed(2):
		columns, value = append(columns, k.key[2]), func(key detect.Key) string { return key.User }
	}
	seen := map[[2]string]bool{}
	var list []string
	for _, key := range keys {
		pair := [2]string{key.Tenant, value(key)}
		if seen[pair] {
			continue
		}
		seen[pair] = true
		literal := quote(pair[0])
		if len(columns) == 2 {
			literal += ", " + quote(pair[1])
		}
		list = append(list, "("+literal+")")
	}
	if len(list) == 0 {
		return "0"
	}
	return "(" + strings.Join(columns, ", ") + ") IN (" + strings.Join(list, ", ") + ")"
}

var escaper = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// quote is a string literal of ClickHouse.
func quote(s string) string { return "'" + escaper.Replace(s) + "'" }
