package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

// whoColumns are those of the view who_did_what. The table itself is read, not
// the view: its key is the bucket and its index on traces is over binary ids,
// neither of which the view shows.
const whoColumns = `a.timestamp AS timestamp, a.tenant_id AS tenant_id, a.connector_id AS connector_id,
  a.connector_name AS connector_name, a.platform_name AS platform_name, a.user_id AS user_id, a.method AS method,
  a.route AS route, ` + whoEndpoint + ` AS endpoint, a.status_code AS status_code, a.bytes_in AS bytes_in,
  a.bytes_out AS bytes_out, a.duration_ns / 1e6 AS duration_ms, a.identity_status AS identity_status,
  a.identity_method AS identity_method, a.identity_confidence AS identity_confidence,
  a.unattributed_reason AS unattributed_reason, a.service_name AS service_name, lower(hex(a.trace_id)) AS trace,
  toString(a.source) AS reported_by, a.workflow_id AS workflow_id, a.workflow_run_id AS workflow_run_id,
  a.actor_chain AS actor_chain, a.actor_type AS actor_type, a.credential_id AS credential_id,
  a.credential_hash AS credential_hash, a.credential_type AS credential_type, a.token_id AS token_id,
  a.token_issuer AS token_issuer, a.token_client_id AS token_client_id, a.token_audience AS token_audience,
  a.token_scopes AS token_scopes, a.token_expires_in AS token_expires_in,
  a.client_country AS client_country, a.client_as AS client_as, a.api_id AS api_id, a.operation_id AS operation_id,
  a.data_classification AS data_classification, a.retention_class AS retention_class, a.rows AS rows_out, a.cost AS cost, a.cost_currency AS cost_currency,
  a.environment AS environment, toBool(a.dry_run) AS dry_run, toString(a.trace_context) AS trace_context,
  toBool(a.vouched) AS vouched, a.catalog_revision AS catalog_revision`

const whoEndpoint = `trimBoth(concat(a.method, ' ', a.route))`

// whoQuery is a statement with its parameters; what a user typed is only ever
// in the parameters.
type whoQuery struct {
	sql        string
	parameters clickhouse.Parameters
	window     window
}

func (f *whoFlags) query(now time.Time) (whoQuery, error) {
	if err := f.check(); err != nil {
		return whoQuery{}, err
	}
	w, err := f.window.at(now)
	if err != nil {
		return whoQuery{}, err
	}
	q := whoQuery{window: w, parameters: clickhouse.Parameters{}}
	conditions := []string{inWindow}
	filter := func(name, value, condition string) {
		if value == "" {
			return
		}
		q.parameters[name] = escapeParameter(value)
		conditions = append(conditions, condition)
	}
	filter("connector", likePattern(f.connector), "(a.connector_id LIKE {connector:String} OR a.connector_name LIKE {connector:String})")
	filter("user", f.user, "a.user_id = {user:String}")
	filter("endpoint", likePattern(f.endpoint), whoEndpoint+" LIKE {endpoint:String}")
	filter("trace", f.trace, "a.trace_id = unhex({trace:String})")
	filter("operation", likePattern(f.operation), "a.operation_id LIKE {operation:String}")
	filter("credential", f.credential, "{credential:String} IN (a.credential_id, a.credential_hash, a.token_client_id)")
	filter("country", strings.ToUpper(f.country), "a.client_country = {country:String}")
	if f.unattributed {
		conditions = append(conditions, "a.connector_id = ''")
	}
	q.sql = "SELECT " + whoColumns + "\nFROM actions AS a FINAL\nWHERE " + strings.Join(conditions, "\n  AND ") +
		"\nORDER BY a.timestamp DESC, a.trace_id"
	if f.limit > 0 {
		q.parameters["limit"] = strconv.FormatUint(uint64(f.limit), 10)
		q.sql += "\nLIMIT {limit:UInt32}"
	}
	return q, nil
}

func (f *whoFlags) check() error {
	if f.output != "table" && f.output != "json" {
		return cli.Usagef("--output %q: expected table or json", f.output)
	}
	if f.trace != "" && !traceIDPattern.MatchString(f.trace) {
		return cli.Usagef("--trace %q: expected 32 lower-case hex digits", f.trace)
	}
	if f.country != "" && !countryPattern.MatchString(f.country) {
		return cli.Usagef("--country %q: expected two letters, e.g. DE", f.country)
	}
	if f.unattributed && f.connector != "" {
		return cli.Usagef("--unattributed and --connector exclude each other")
	}
	return nil
}

// likePattern turns a text with * into a LIKE pattern, e.g. "GET /a_b*" into
// `GET /a\_b%`.
func likePattern(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `*`, `%`).Replace(s)
}

// escapeParameter writes a value as ClickHouse reads parameters over HTTP: in
// the escaped form of its tab-separated format.
func escapeParameter(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`).Replace(s)
}

// parseMoment reads a time or an age.
func parseMoment(flag, text string, now, fallback time.Time) (time.Time, error) {
	if text == "" {
		return fallback, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, time.UTC); err == nil {
		return t, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			return now.Add(-time.Duration(n) * 24 * time.Hour), nil
		}
	}
	if age, err := time.ParseDuration(text); err == nil && age >= 0 {
		return now.Add(-age), nil
	}
	return time.Time{}, cli.Usagef("%s %q: expected a time (2026-03-01T09:00:00Z or 2026-03-01) or an age (90m, 36h, 7d)", flag, text)
}
