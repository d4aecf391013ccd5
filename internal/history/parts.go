package history

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Parts cuts the fleet that was active in [start, end) into parts of about size
// entities: whole tenants, or connectors of one large tenant. Together they hold
// every entity once. Entities of other kinds are few, and one part.
func (s *Source) Parts(ctx context.Context, entity string, start, end time.Time, size int) ([]Part, error) {
	if name(entity) != Connector && entity != Endpoint {
		return []Part{{}}, nil
	}
	const query = `
SELECT tenant_id, arraySort(groupUniqArray(connector_id))
FROM connector_hours WHERE hour >= ? AND hour < ? AND ` + production + `
GROUP BY tenant_id ORDER BY tenant_id`
	c := cutter{size: size}
	err := s.each(ctx, query, []any{start, end}, func(rows driver.Rows) error {
		var tenant string
		var connectors []string
		if err := rows.Scan(&tenant, &connectors); err != nil {
			return err
		}
		c.add(tenant, connectors)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list the connectors: %w", err)
	}
	c.close()
	return c.parts, nil
}

type cutter struct {
	size  int
	parts []Part
	open  Part // whole tenants
	held  int  // connectors of it
}

func (c *cutter) add(tenant string, connectors []string) {
	if len(connectors) > c.size {
		c.close()
		for len(connectors) > 0 {
			n := min(c.size, len(connectors))
			c.parts = append(c.parts, Part{tenant, tenant, connectors[0], connectors[n-1]})
			connectors = connectors[n:]
		}
		return
	}
	if c.held+len(connectors) > c.size {
		c.close()
	}
	if c.held == 0 {
		c.open.FirstTenant = tenant
	}
	c.open.LastTenant = tenant
	c.held += len(connectors)
}

func (c *cutter) close() {
	if c.held > 0 {
		c.parts = append(c.parts, c.open)
	}
	c.open, c.held = Part{}, 0
}
