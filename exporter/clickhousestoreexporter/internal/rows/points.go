package rows

import (
	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// metricRow is what the rows of a metric have in common.
type metricRow struct {
	metric   pmetric.Metric
	scope    *scopeRow
	resource *resourceRow
	base     uint64 // the series' id without the point's attributes
}

// seriesBase is the hash of what all series of a metric share.
func seriesBase(name string, scope *scopeRow, res *resourceRow) uint64 {
	h := hashString(hashString(hashString(fnvOffset, name)*fnvPrime, scope.name)*fnvPrime, scope.version)
	return mix(h) + mix(res.id)
}

// point is what data points of all types have.
type point interface {
	Attributes() pcommon.Map
	Timestamp() pcommon.Timestamp
	StartTimestamp() pcommon.Timestamp
	Flags() pmetric.DataPointFlags
}

// pointColumns are the columns that all tables of metrics have.
type pointColumns struct {
	block       native.Block
	timestamp   native.Typed[*proto.ColInt64]
	start       native.Typed[*proto.ColInt64]
	name        *native.Dictionary
	description *native.Dictionary
	unit        *native.Dictionary
	metadata    *textMap
	series      proto.ColUInt64
	serviceName *native.Dictionary
	resourceID  proto.ColUInt64
	flags       proto.ColUInt32
	scope       *scopeColumns
	owner       *ownerColumns
	attributes  *attributes
}

func newPointColumns(f *facts, m *marks) *pointColumns {
	c := &pointColumns{
		timestamp:   native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		start:       native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		name:        native.NewDictionary(nil),
		description: native.NewDictionary(nil),
		unit:        native.NewDictionary(nil),
		metadata:    newTextMap().marked(m),
		serviceName: native.NewDictionary(nil),
		scope:       newScopeColumns(m),
		owner:       newOwnerColumns(),
		attributes:  newAttributes(f, m),
	}
	c.block.Fields = []native.Field{
		{Name: "timestamp", Column: &c.timestamp},
		{Name: "start_timestamp", Column: &c.start},
		{Name: "metric_name", Column: c.name},
		{Name: "metric_description", Column: c.description},
		{Name: "metric_unit", Column: c.unit},
		{Name: "metric_metadata", Column: c.metadata},
		{Name: "series_id", Column: &c.series},
		{Name: "service_name", Column: c.serviceName},
		{Name: "resource_id", Column: &c.resourceID},
		{Name: "flags", Column: &c.flags},
	}
	c.add(c.scope.fields()...)
	c.add(c.owner.fields()...)
	c.add(c.attributes.fields()...)
	return c
}

func (c *pointColumns) add(fields ...native.Field) {
	c.block.Fields = append(c.block.Fields, fields...)
}

// point adds what a data point shares with those of other types. Its other columns
// come first: they may set marks.
func (e *Encoder) point(c *pointColumns, p point, of *metricRow) {
	at, clamped := storable(p.Timestamp(), e.now.UnixNano())
	e.marks.clamped = e.marks.clamped || clamped
	e.facts.reset()

	*c.timestamp.Values = append(*c.timestamp.Values, at)
	*c.start.Values = append(*c.start.Values, e.marks.clamp(p.StartTimestamp()))
	c.name.Append(of.metric.Name())
	c.description.Append(of.metric.Description())
	c.unit.Append(of.metric.Unit())
	c.metadata.append(of.metric.Metadata())
	c.series = append(c.series, e.seriesOf(of, p.Attributes()))
	c.serviceName.Append(of.resource.serviceName)
	c.resourceID = append(c.resourceID, of.resource.id)
	c.flags = append(c.flags, uint32(p.Flags()))
	c.scope.append(of.scope, 1)
	c.attributes.append(p.Attributes())
	e.marks = marks{}
	c.owner.append(&e.facts, e.retention.Classes)
}

// seriesOf names the series of a point: it depends on the metric's name, the
// scope, the resource and the attributes, in any order.
func (e *Encoder) seriesOf(of *metricRow, attributes pcommon.Map) uint64 {
	id := of.base
	for k, v := range attributes.All() {
		id += e.hashAttribute(k, v)
	}
	return id
}
