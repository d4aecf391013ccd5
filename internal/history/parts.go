package history

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Size bounds a part of a fleet: entities, and rows of what they did. A part holds
// more only where a single entity does.
type Size struct{ Entities, Rows int }

// Block is a large part of a fleet, in parts.
type Block struct {
	Part
	Parts    []Part
	Entities int // of it; 0 = not known
}

// Blocks cuts the fleet that was active in [start, end) into blocks and parts of
// about these sizes: whole tenants, or connectors of one large tenant. Together
// they hold every entity once. Entities of other kinds are few, and one part.
func (s *Source) Blocks(ctx context.Context, entity string, start, end time.Time, block, part Size) ([]Block, error) {
	if name(entity) != Connector && entity != Endpoint {
		return []Block{{Parts: []Part{{}}}}, nil
	}
	table, column := "connector_hours", "hour"
	if end.Sub(start) <= lateLength {
		table, column = "connector_5m", "bucket"
	}
	query := `
SELECT tenant_id, connector_id, count()
FROM ` + table + ` WHERE ` + column + ` >= ? AND ` + column + ` < ? AND ` + production + `
GROUP BY tenant_id, connector_id ORDER BY tenant_id, connector_id`
	c := cutter{block: block, part: part}
	err := s.each(bounded(ctx), query, []any{start, end}, func(rows driver.Rows) error {
		var m member
		var n uint64
		if err := rows.Scan(&m.tenant, &m.connector, &n); err != nil {
			return err
		}
		m.rows = int(n)
		c.add(m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list the connectors: %w", err)
	}
	c.closeTenant()
	c.closeBlock()
	return c.blocks, nil
}

// cutter takes connectors in order.
type cutter struct {
	block, part Size
	blocks      []Block
	open        Block    // of whole tenants
	held        Size     // of it
	inPart      Size     // of its last part
	tenant      []member // the one at hand
}

type member struct {
	tenant, connector string
	rows              int
}

func sizeOf(members []member) Size {
	s := Size{Entities: len(members)}
	for _, m := range members {
		s.Rows += m.rows
	}
	return s
}

func (s Size) plus(o Size) Size { return Size{s.Entities + o.Entities, s.Rows + o.Rows} }

func (s Size) beyond(most Size) bool { return s.Entities > most.Entities || s.Rows > most.Rows }

func (c *cutter) add(m member) {
	if n := len(c.tenant); n > 0 && c.tenant[n-1].tenant != m.tenant {
		c.closeTenant()
	}
	c.tenant = append(c.tenant, m)
}

// closeTenant puts a whole tenant into a block, or cuts it into blocks.
func (c *cutter) closeTenant() {
	if len(c.tenant) == 0 {
		return
	}
	size, members := sizeOf(c.tenant), c.tenant
	c.tenant = nil
	if size.beyond(c.block) {
		c.closeBlock()
		for _, some := range cut(members, c.block) {
			c.blocks = append(c.blocks, Block{Part: partOf(some), Parts: cutParts(some, c.part), Entities: len(some)})
		}
		return
	}
	if c.held.plus(size).beyond(c.block) {
		c.closeBlock()
	}
	c.held = c.held.plus(size)
	if size.beyond(c.part) {
		c.open.Parts, c.inPart = append(c.open.Parts, cutParts(members, c.part)...), c.part
		return
	}
	tenant := members[0].tenant
	if n := len(c.open.Parts); n == 0 || c.inPart.plus(size).beyond(c.part) {
		c.open.Parts, c.inPart = append(c.open.Parts, Part{FirstTenant: tenant}), Size{}
	}
	c.open.Parts[len(c.open.Parts)-1].LastTenant = tenant
	c.inPart = c.inPart.plus(size)
}

// closeBlock ends the block of whole tenants.
func (c *cutter) closeBlock() {
	if n := len(c.open.Parts); n > 0 {
		c.open.Part = Part{FirstTenant: c.open.Parts[0].FirstTenant, LastTenant: c.open.Parts[n-1].LastTenant}
		c.open.Entities = c.held.Entities
		c.blocks = append(c.blocks, c.open)
	}
	c.open, c.held, c.inPart = Block{}, Size{}, Size{}
}

// cut divides the connectors of one tenant.
func cut(members []member, most Size) [][]member {
	var all [][]member
	for len(members) > 0 {
		n, size := 1, sizeOf(members[:1])
		for n < len(members) && !size.plus(sizeOf(members[n:n+1])).beyond(most) {
			size = size.plus(sizeOf(members[n : n+1]))
			n++
		}
		all, members = append(all, members[:n]), members[n:]
	}
	return all
}

func cutParts(members []member, most Size) []Part {
	var parts []Part
	for _, some := range cut(members, most) {
		parts = append(parts, partOf(some))
	}
	return parts
}

func partOf(members []member) Part {
	first, last := members[0], members[len(members)-1]
	return Part{first.tenant, first.tenant, first.connector, last.connector}
}
