package rows

import (
	"github.com/ClickHouse/ch-go/proto"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// Retention says how long rows are kept.
type Retention struct {
	// Classes are days by the value of lowcode.data.retention_class. Rows of
	// another class, or of none, are kept as long as their table says.
	Classes map[string]uint16
	// Resources is for how many days resources are kept: those of the longest
	// class. 0 = as long as their table says.
	Resources uint16
}

// Retain sets for how long rows are kept.
func (e *Encoder) Retain(r Retention) { e.retention = r }

// ownerColumns are the columns that say whose a row is.
type ownerColumns struct {
	tenant         *native.Dictionary
	connector      *native.Dictionary
	identityStatus *native.Dictionary
	retentionDays  proto.ColUInt16
}

func newOwnerColumns() *ownerColumns {
	return &ownerColumns{
		tenant:         native.NewDictionary(nil),
		connector:      native.NewDictionary(nil),
		identityStatus: native.NewDictionary(nil),
	}
}

func (c *ownerColumns) fields() []native.Field {
	return []native.Field{
		{Name: "tenant_id", Column: c.tenant},
		{Name: "connector_id", Column: c.connector},
		{Name: "identity_status", Column: c.identityStatus},
		{Name: "retention_days", Column: &c.retentionDays},
	}
}

// append adds one row, whose facts are at hand.
func (c *ownerColumns) append(f *facts, classes map[string]uint16) {
	c.tenant.Append(f.textOf(tenantID))
	c.connector.Append(f.textOf(connectorID))
	c.identityStatus.Append(f.textOf(identityStatus))
	var days uint16
	if f.has(retentionClass) {
		days = classes[f.texts[retentionClass]]
	}
	c.retentionDays = append(c.retentionDays, days)
}
