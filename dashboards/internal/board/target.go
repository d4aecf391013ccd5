package board

import (
	"reflect"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

// target is a query of the ClickHouse plugin, which the SDK does not know.
type target struct {
	Datasource common.DataSourceRef `json:"datasource"`
	EditorType string               `json:"editorType"`
	Format     int                  `json:"format"` // 0 time series, 1 table
	QueryType  string               `json:"queryType"`
	RawSQL     string               `json:"rawSql"`
	RefID      string               `json:"refId"`
	Version    string               `json:"pluginVersion"`
}

func newTarget(query string, series bool) target {
	t := target{
		Datasource: datasource(), EditorType: "sql", Format: 1, QueryType: "table",
		RawSQL: query, RefID: "A", Version: "4.0.0",
	}
	if series {
		t.Format, t.QueryType = 0, "timeseries"
	}
	return t
}

// Build makes target a builder of itself.
func (t target) Build() (variants.Dataquery, error) { return t, nil }

// ImplementsDataqueryVariant marks it for the SDK.
func (t target) ImplementsDataqueryVariant() {}

// DataqueryType names the plugin.
func (t target) DataqueryType() string { return datasourceType }

// Validate has nothing to say: the tests run the SQL.
func (t target) Validate() error { return nil }

// Equals compares with another query.
func (t target) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(t, other) }
