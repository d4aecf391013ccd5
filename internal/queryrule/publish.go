package queryrule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/catalog"
)

// republish is how old the rows of a revision may be: they have a time to live.
const republish = 24 * time.Hour

// PublishCatalog makes sure that rules can read the catalog's revision from the
// table catalog_connectors. It writes when the revision is new there or a day
// old; otherwise it costs one small SELECT, so it may be called before every
// evaluation. No match key or credential is written.
func PublishCatalog(ctx context.Context, conn driver.Conn, c *catalog.Catalog) error {
	if c == nil || len(c.Connectors) == 0 {
		return nil
	}
	var fresh bool
	const query = `SELECT max(published_at) > now64(3) - toIntervalSecond(?) FROM catalog_connectors WHERE revision = ?`
	if err := conn.QueryRow(ctx, query, int(republish.Seconds()), c.Revision).Scan(&fresh); err != nil {
		return fmt.Errorf("cannot read table catalog_connectors: %w", err)
	}
	if fresh {
		return nil
	}
	batch, err := conn.PrepareBatch(ctx, `INSERT INTO catalog_connectors (revision, connector_id, name, version, tenant_id, region, platform_name,
		environment, lifecycle, purpose, owner_team, owner_contact, approval_status, approved_by, approved_on, approval_expires,
		allowed_scopes, allowed_endpoints, allowed_patterns, quota_requests_per_day, quota_bytes_out_per_day, budget_per_day, budget_currency)`)
	if err != nil {
		return fmt.Errorf("cannot write to table catalog_connectors: %w", err)
	}
	for i := range c.Connectors {
		if err := appendConnector(batch, c, &c.Connectors[i]); err != nil {
			return errors.Join(fmt.Errorf("cannot publish connector %s: %w", c.Connectors[i].ID, err), batch.Abort())
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("cannot publish revision %s to table catalog_connectors: %w", c.Revision, err)
	}
	return nil
}

func appendConnector(batch driver.Batch, c *catalog.Catalog, x *catalog.Connector) error {
	return batch.Append(c.Revision, x.ID, x.Name, x.Version, x.Tenant, c.Region(x.Tenant), x.Platform,
		x.Environment, x.Lifecycle, x.Purpose, x.Owner.Team, x.Owner.Contact, x.Approval.Status, x.Approval.By, day(x.Approval.At), day(x.Approval.Expires),
		x.AllowedScopes, x.AllowedEndpoints, x.EndpointPatterns(), x.Quota.RequestsPerDay, x.Quota.BytesOutPerDay, x.Budget.PerDay, x.Budget.Currency)
}

// day reads a date of a catalog, which has been checked; 1970-01-01 for none.
func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return t
}
