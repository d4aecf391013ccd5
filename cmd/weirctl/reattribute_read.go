package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/recompute"
)

const (
	// chunkReports bounds how many reports are in memory, below 1 KB each.
	chunkReports = 100_000
	// chunkTime bounds a chunk where reports are few.
	chunkTime  = 6 * time.Hour
	bucketTime = 5 * time.Minute
)

// chunk is what is judged together: the reports of some buckets. A bucket with
// too many is cut by trace.
type chunk struct {
	from, to    time.Time // starts of the first and the last bucket
	part, parts uint64
	reports     uint64 // about, where it is a part
}

func (c *chunk) holds(bucket time.Time) bool { return !bucket.Before(c.from) && !bucket.After(c.to) }

const planSQL = `
SELECT bucket, count() AS reports
FROM action_reports
WHERE bucket BETWEEN toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}, 'UTC')) AND fromUnixTimestamp64Nano({until:Int64}, 'UTC')
GROUP BY bucket
ORDER BY bucket`

// plan cuts the window into chunks.
func (r *reattribution) plan(ctx context.Context) ([]chunk, error) {
	var buckets []bucketReports
	if err := r.conn.Select(r.window.in(ctx, nil), &buckets, planSQL); err != nil {
		return nil, fmt.Errorf("cannot read action_reports (is the schema there? see `weirctl schema status`): %w", err)
	}
	return chunksOf(buckets), nil
}

type bucketReports struct {
	Bucket  time.Time `ch:"bucket"`
	Reports uint64    `ch:"reports"`
}

// chunksOf joins buckets with few reports and cuts those with too many.
func chunksOf(buckets []bucketReports) (chunks []chunk) {
	for _, b := range buckets {
		if n := len(chunks) - 1; n >= 0 && chunks[n].parts == 1 && chunks[n].reports+b.Reports <= chunkReports && b.Bucket.Sub(chunks[n].from) < chunkTime {
			chunks[n].to = b.Bucket
			chunks[n].reports += b.Reports
			continue
		}
		parts := (b.Reports + chunkReports - 1) / chunkReports
		for part := range parts {
			chunks = append(chunks, chunk{from: b.Bucket, to: b.Bucket, part: part, parts: parts, reports: b.Reports / parts})
		}
	}
	return chunks
}

// storedReport is a report as it is judged now, and what of its span matters.
type storedReport struct {
	Bucket      time.Time         `ch:"bucket"`
	Timestamp   time.Time         `ch:"timestamp"`
	TraceID     string            `ch:"trace"`
	SpanID      string            `ch:"span"`
	ParentID    string            `ch:"parent"`
	Tenant      string            `ch:"tenant"`
	Connector   string            `ch:"connector"`
	Name        string            `ch:"name"`
	Platform    string            `ch:"platform"`
	Environment string            `ch:"environment"`
	Status      string            `ch:"status"`
	Method      string            `ch:"method"`
	Confidence  float32           `ch:"confidence"`
	Reason      string            `ch:"reason"`
	Vouched     bool              `ch:"vouched"`
	OfResource  string            `ch:"of_resource"` // the resource's environment
	Texts       map[string]string `ch:"texts"`
	JSON        map[string]string `ch:"json"`
}

// chunkSQL joins reports with their spans: those of the chunk and of a bucket
// before and after it, for traces that go over its edge. Newer reattributions
// stand for what was decided at first.
const chunkSQL = `
WITH
  toDateTime({from:Int64}, 'UTC') AS first,
  toDateTime({to:Int64}, 'UTC') AS last,
  judged AS
  (
    SELECT bucket, trace_id, span_id, tenant_id, connector_id, connector_name, platform_name, environment,
      identity_status, identity_method, identity_confidence, unattributed_reason, 1 AS again
    FROM reattributions FINAL
    WHERE bucket BETWEEN first AND last
  ),
  reports AS
  (
    SELECT own.bucket AS bucket, own.trace_id AS trace_id, own.span_id AS span_id, own.vouched AS vouched,
      if(again, j.tenant_id, own.tenant_id) AS tenant, if(again, j.connector_id, own.connector_id) AS connector,
      if(again, j.connector_name, own.connector_name) AS name, if(again, j.platform_name, own.platform_name) AS platform,
      if(again, j.environment, own.environment) AS environment, if(again, j.identity_status, own.identity_status) AS status,
      if(again, j.identity_method, own.identity_method) AS method, if(again, j.identity_confidence, own.identity_confidence) AS confidence,
      if(again, j.unattributed_reason, own.unattributed_reason) AS reason
    FROM action_reports AS own
    LEFT ANY JOIN judged AS j ON own.bucket = j.bucket AND own.trace_id = j.trace_id AND own.span_id = j.span_id
    WHERE own.bucket BETWEEN first AND last AND own.span_id != toFixedString('', 8)
      AND cityHash64(own.trace_id) % {parts:UInt64} = {part:UInt64}
  )
SELECT
  r.bucket AS bucket, s.timestamp AS timestamp, s.trace_id AS trace, s.span_id AS span, s.parent_span_id AS parent,
  toString(r.tenant) AS tenant, toString(r.connector) AS connector, toString(r.name) AS name, toString(r.platform) AS platform,
  toString(r.environment) AS environment, toString(r.status) AS status, toString(r.method) AS method, r.confidence AS confidence,
  toString(r.reason) AS reason, toBool(r.vouched) AS vouched, e.environment AS of_resource,
  CAST(s.attributes_string, 'Map(String, String)') AS texts, CAST(s.attributes_json, 'Map(String, String)') AS json
FROM spans AS s
INNER ANY JOIN reports AS r ON s.trace_id = r.trace_id AND s.span_id = r.span_id
LEFT ANY JOIN
(
  SELECT resource_id, if(attributes_string['deployment.environment.name'] != '', attributes_string['deployment.environment.name'],
    attributes_string['deployment.environment']) AS environment
  FROM resources
) AS e ON s.resource_id = e.resource_id
WHERE s.timestamp >= first AND s.timestamp < last + INTERVAL 5 MINUTE
  AND cityHash64(s.trace_id) % {parts:UInt64} = {part:UInt64}`

// heldReport is a report on its way to its verdict; its span's attributes are
// not kept.
type heldReport struct {
	stored storedReport
	record identity.Record
	gone   bool // what decided its identity is not stored
}

func (r *reattribution) read(ctx context.Context, c chunk) ([]heldReport, error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{
		"from":  strconv.FormatInt(c.from.Add(-bucketTime).Unix(), 10),
		"to":    strconv.FormatInt(c.to.Add(bucketTime).Unix(), 10),
		"part":  strconv.FormatUint(c.part, 10),
		"parts": strconv.FormatUint(c.parts, 10),
	}))
	rows, err := r.conn.Query(ctx, chunkSQL)
	if err != nil {
		return nil, fmt.Errorf("cannot read the reports from %s on: %w", c.from.UTC().Format(time.RFC3339), err)
	}
	defer rows.Close()
	var reports []heldReport
	for rows.Next() {
		var held heldReport
		if err := rows.ScanStruct(&held.stored); err != nil {
			return nil, fmt.Errorf("cannot read a stored report: %w", err)
		}
		if err := r.judge.decide(&held); err != nil {
			return nil, err
		}
		held.stored.Texts, held.stored.JSON = nil, nil
		reports = append(reports, held)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the reports from %s on: %w", c.from.UTC().Format(time.RFC3339), err)
	}
	return reports, nil
}

// attributes are the span's texts and lists, and whether its sender was vouched
// for; no identity is decided by others.
func (s *storedReport) attributes() (pcommon.Map, error) {
	attributes := pcommon.NewMap()
	attributes.EnsureCapacity(1 + len(s.Texts) + len(s.JSON))
	attributes.PutBool(lowcode.KeyIdentityVouched, s.Vouched)
	for key, value := range s.Texts {
		attributes.PutStr(key, value)
	}
	for key, value := range s.JSON {
		var list []any
		if json.Unmarshal([]byte(value), &list) != nil {
			continue // a map, bytes or nothing
		}
		if err := attributes.PutEmptySlice(key).FromRaw(list); err != nil {
			return pcommon.Map{}, fmt.Errorf("cannot read attribute %s of span %x: %w", key, s.SpanID, err)
		}
	}
	return attributes, nil
}

// is says whether a verdict is what is stored. Confidence follows from the rest.
func (s *storedReport) is(v *recompute.Reattribution) bool {
	return s.text() == textOf(v) && s.Tenant == v.Tenant && s.Name == v.ConnectorName && s.Platform == v.Platform && s.Environment == v.Environment
}

func (s *storedReport) text() identityText {
	return identityText{Connector: s.Connector, Status: s.Status, Method: s.Method, Reason: s.Reason}
}

func textOf(v *recompute.Reattribution) identityText {
	return identityText{Connector: v.Connector, Status: v.Status, Method: v.Method, Reason: v.Reason}
}

// inherited reports an identity that another record of the trace lent.
func (s *storedReport) inherited() bool { return s.Status == lowcode.StatusInherited }
