package board

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// Table is a table whose columns "Connector" and "Tenant" lead to the dashboard
// uid about that one.
func (s Spec) Table(uid string) *table.PanelBuilder {
	return table.NewPanelBuilder().
		Title(s.title).Description(s.question).Unit(s.unit).NoValue(s.noValue).
		Datasource(datasource()).WithTarget(newTarget(s.sql, false)).
		Span(s.width).Height(s.height).
		CellHeight(common.TableCellHeightSm).
		Filterable(true).
		Thresholds(thresholds("text")).
		OverrideByName("Connector", []dashboard.DynamicConfigValue{drillDown(uid, "connector", "tenant"), Property("custom.width", 170)}).
		OverrideByName("Tenant", []dashboard.DynamicConfigValue{drillDown(uid, "tenant", "connector"), Property("custom.width", 110)}).
		OverrideByName("Bytes out", []dashboard.DynamicConfigValue{Property("unit", "decbytes"), Property("custom.width", 110)})
}

// drillDown is a link to a dashboard about one connector or tenant, with the
// time range and the other variables kept.
func drillDown(uid, variable, keep string) dashboard.DynamicConfigValue {
	return Link("Only this "+variable,
		fmt.Sprintf("/d/%s?${__url_time_range}&${datasource:queryparam}&${%s:queryparam}&var-%s=${__value.raw:percentencode}", uid, keep, variable), false)
}

// Link makes a column's values a link.
func Link(title, url string, newTab bool) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "links", Value: []map[string]any{{"title": title, "url": url, "targetBlank": newTab}}}
}

// Property overrides one property of a column or series.
func Property(id string, value any) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: id, Value: value}
}
