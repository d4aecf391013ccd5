package rows

import (
	"sync"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// Resources remembers which resources were stored within the hour, for all
// encoders of an exporter.
type Resources struct {
	mu   sync.Mutex
	seen map[uint64]int64 // fingerprint → hour
}

// maxResources bounds the memory of a sender that changes its resource with
// every request; forgetting costs only repeated rows.
const maxResources = 100_000

// NewResources returns an empty memory.
func NewResources() *Resources { return &Resources{seen: map[uint64]int64{}} }

func (r *Resources) known(id uint64, hour int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.seen[id]
	return ok && at == hour
}

func (r *Resources) remember(ids []uint64, hour int64) {
	if len(ids) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen)+len(ids) > maxResources {
		clear(r.seen)
	}
	for _, id := range ids {
		r.seen[id] = hour
	}
}

// resourceColumns are the columns of table resources.
type resourceColumns struct {
	block       native.Block
	ids         proto.ColUInt64
	serviceName *native.Dictionary
	schemaURL   native.Strings
	attributes  *attributes
	dropped     proto.ColUInt32 // attributes
	lastSeen    native.Typed[*proto.ColUInt32]
	retention   proto.ColUInt16
}

func newResourceColumns(f *facts, m *marks) *resourceColumns {
	c := &resourceColumns{
		serviceName: native.NewDictionary(nil),
		attributes:  newAttributes(f, m),
		lastSeen:    native.Typed[*proto.ColUInt32]{Name: dateTime, Values: &proto.ColUInt32{}},
	}
	c.block.Fields = append([]native.Field{
		{Name: "resource_id", Column: &c.ids},
		{Name: "service_name", Column: c.serviceName},
		{Name: "schema_url", Column: &c.schemaURL},
		{Name: "last_seen", Column: &c.lastSeen},
		{Name: "retention_days", Column: &c.retention},
		{Name: "dropped_attributes_count", Column: &c.dropped},
	}, c.attributes.fields()...)
	return c
}

// resourceRow is what rows of other tables take from their resource.
type resourceRow struct {
	id          uint64
	serviceName string
	environment string
}

// resource reads a resource, and adds it to table resources if it is due.
func (e *Encoder) resource(res pcommon.Resource, schemaURL string) resourceRow {
	e.resourceFacts.reset()
	id := e.fingerprint(res.Attributes(), schemaURL)
	row := resourceRow{
		id:          id,
		serviceName: e.resourceFacts.text(serviceName),
		environment: e.resourceFacts.text(environmentName, environmentNameOld),
	}
	hour := e.now.Unix() / int64(time.Hour/time.Second)
	if e.known.known(id, hour) || e.isNew(id) {
		return row
	}
	e.newResources = append(e.newResources, id)
	c := e.resources
	c.ids = append(c.ids, id)
	c.serviceName.Append(row.serviceName)
	c.schemaURL.Append(schemaURL)
	*c.lastSeen.Values = append(*c.lastSeen.Values, uint32(e.now.Unix()))
	c.retention = append(c.retention, e.retention.Resources)
	e.marks = marks{}
	c.attributes.append(res.Attributes())
	e.marks = marks{}
	c.dropped = append(c.dropped, res.DroppedAttributesCount())
	return row
}

func (e *Encoder) isNew(id uint64) bool {
	for _, other := range e.newResources {
		if other == id {
			return true
		}
	}
	return false
}

// fingerprint does not depend on the order of attributes. It reads facts in
// passing.
func (e *Encoder) fingerprint(attrs pcommon.Map, schemaURL string) uint64 {
	sum := mix(hashString(fnvOffset, schemaURL))
	for k, v := range attrs.All() {
		if id := factOf[k]; id != none {
			e.resourceFacts.read(id, v)
		}
		sum += e.hashAttribute(k, v)
	}
	return sum
}

func (e *Encoder) hashAttribute(key string, v pcommon.Value) uint64 {
	h := (hashString(fnvOffset, key) ^ uint64(v.Type())) * fnvPrime
	if v.Type() == pcommon.ValueTypeStr {
		return mix(hashString(h, v.Str()))
	}
	e.scratch = appendJSON(e.scratch[:0], v)
	return mix(hashBytes(h, e.scratch))
}
