package recompute

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Reattribution says whose a report is by another revision of the catalog. It
// names the report as table action_reports has it.
type Reattribution struct {
	Bucket  time.Time // 5-minute start
	TraceID [16]byte
	SpanID  [8]byte

	Revision      string // of the catalog
	Tenant        string
	Connector     string // "" = unattributed
	ConnectorName string
	Platform      string
	Environment   string
	Status        string // of the identity
	Method        string
	Confidence    float32
	Reason        string // for being unattributed
}

// reattributedTogether bounds how many reports one row of the queue asks for,
// and with them what a step of the recompute reads.
const reattributedTogether = 50_000

// Reattribute stores what reports are from now on, in place of what was decided
// when they arrived, and queues their traces: the next run of a Resolver writes
// their actions and rollups again. Of several for one report the newest by at
// counts. Reports without trace and span id cannot be told apart and are left
// out. It can be repeated. What it queued has the ids in segments (see
// Unfinished).
func Reattribute(ctx context.Context, conn driver.Conn, at time.Time, reports []Reattribution) (segments []string, err error) {
	named := slices.DeleteFunc(slices.Clone(reports), func(r Reattribution) bool { return r.SpanID == [8]byte{} && r.TraceID == [16]byte{} })
	for part := range slices.Chunk(named, reattributedTogether) {
		segment, err := reattribute(ctx, conn, at, part)
		if err != nil {
			return segments, err
		}
		segments = append(segments, segment)
	}
	return segments, nil
}

func reattribute(ctx context.Context, conn driver.Conn, at time.Time, reports []Reattribution) (segment string, err error) {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("cannot name a reattribution: %w", err)
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // a random UUID, by RFC 9562
	segment = fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	batch, err := conn.PrepareBatch(ctx, `INSERT INTO reattributions (bucket, trace_id, span_id, at, revision, tenant_id, connector_id, connector_name,
		platform_name, environment, identity_status, identity_method, identity_confidence, unattributed_reason, segment_id)`)
	if err != nil {
		return "", fmt.Errorf("cannot store reattributions: %w", err)
	}
	buckets := map[uint32]struct{}{}
	for _, r := range reports {
		buckets[uint32(r.Bucket.Unix())] = struct{}{}
		if err := batch.Append(r.Bucket, string(r.TraceID[:]), string(r.SpanID[:]), at, r.Revision, r.Tenant, r.Connector, r.ConnectorName,
			r.Platform, r.Environment, r.Status, r.Method, r.Confidence, r.Reason, segment); err != nil {
			return "", fmt.Errorf("cannot store the reattribution of span %x: %w", r.SpanID, err)
		}
	}
	if err := batch.Send(); err != nil {
		return "", fmt.Errorf("cannot store reattributions: %w", err)
	}
	return segment, Enqueue(ctx, conn, id, len(reports), buckets)
}

// Unfinished counts those of the segments whose actions or rollups are not
// written yet.
func Unfinished(ctx context.Context, conn driver.Conn, segments []string) (int, error) {
	if len(segments) == 0 {
		return 0, nil
	}
	var n uint64
	sql := "SELECT count() FROM " + QueueTable + " FINAL WHERE state != 'done' AND toString(segment_id) IN ('" + strings.Join(segments, "', '") + "')"
	if err := conn.QueryRow(ctx, sql).Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot count what the recompute has to do: %w", err)
	}
	return int(n), nil
}
