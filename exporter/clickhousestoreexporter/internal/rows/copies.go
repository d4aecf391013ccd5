package rows

import (
	"math/bits"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
)

// copies are the columns of action_reports that hold an attribute as it is.
// Most reports have few of them: what a row lacks is filled in later, many rows
// at once.
type copies struct {
	dictionaries [factCount]*native.Dictionary
	strings      [factCount]*native.Strings
	lists        [factCount]*native.Array[*native.Dictionary]

	fields []native.Field
	of     uint64 // the facts that have a column, as in facts.seen
	rows   int
}

type copiedColumn struct {
	name string
	of   fact
}

func newCopies() *copies {
	c := &copies{}
	for _, column := range dictionaryColumns {
		c.dictionaries[column.of] = native.NewDictionary(nil)
		c.add(column, c.dictionaries[column.of])
	}
	for _, column := range stringColumns {
		c.strings[column.of] = &native.Strings{}
		c.add(column, c.strings[column.of])
	}
	for _, column := range listColumns {
		c.lists[column.of] = native.NewArray(native.NewDictionary(nil))
		c.add(column, c.lists[column.of])
	}
	return c
}

var dictionaryColumns = []copiedColumn{
	{"tenant_id", tenantID},
	{"connector_id", connectorID},
	{"connector_name", connectorName},
	{"platform_name", platformName},
	{"identity_method", identityMethod},
	{"unattributed_reason", unattributedReason},
	{"catalog_revision", catalogRevision},
	{"credential_type", credentialType},
	{"token_issuer", tokenIssuer},
	{"token_client_id", tokenClientID},
	{"actor_type", actorType},
	{"client_country", clientCountry},
	{"api_id", apiID},
	{"operation_id", operationID},
	{"cost_currency", costCurrency},
	{"data_classification", classification},
	{"retention_class", retentionClass},
}

var stringColumns = []copiedColumn{
	{"workflow_id", workflowID},
	{"workflow_run_id", workflowRunID},
	{"credential_id", credentialID},
	{"credential_hash", credentialHash},
	{"token_id", tokenID},
}

var listColumns = []copiedColumn{
	{"token_audience", tokenAudience},
	{"token_scopes", tokenScopes},
}

func (c *copies) add(column copiedColumn, values native.Column) {
	c.fields = append(c.fields, native.Field{Name: column.name, Column: values})
	c.of |= 1 << column.of
}

// append adds one row.
func (c *copies) append(f *facts) {
	for seen := f.seen & c.of; seen != 0; seen &= seen - 1 {
		id := fact(bits.TrailingZeros64(seen))
		switch {
		case c.dictionaries[id] != nil:
			d := c.dictionaries[id]
			if missing := c.rows - d.Rows(); missing > 0 {
				d.AppendEmpty(missing)
			}
			d.Append(f.texts[id])
		case c.strings[id] != nil:
			s := c.strings[id]
			if missing := c.rows - s.Rows(); missing > 0 {
				s.AppendEmpty(missing)
			}
			s.Append(f.texts[id])
		default:
			l := c.lists[id]
			l.AppendEmpty(c.rows - l.Rows())
			for text := range f.all(id) {
				l.Values.Append(text)
			}
			l.End()
		}
	}
	c.rows++
}

// fill completes the columns.
func (c *copies) fill() {
	for id := range factCount {
		if d := c.dictionaries[id]; d != nil {
			d.AppendEmpty(c.rows - d.Rows())
		}
		if s := c.strings[id]; s != nil {
			s.AppendEmpty(c.rows - s.Rows())
		}
		if l := c.lists[id]; l != nil {
			l.AppendEmpty(c.rows - l.Rows())
		}
	}
	c.rows = 0
}
