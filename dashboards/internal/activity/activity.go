// Package activity is the dashboard "Who did what: connector activity": which
// connectors called what and when, what was unusual, and what nobody can be
// named for.
package activity

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// UID and Title of the dashboard.
const (
	UID   = "weir-activity"
	Title = "Who did what: connector activity"
)

// datasourceType is Grafana's own ClickHouse plugin, 4.0 or newer.
const datasourceType = "grafana-clickhouse-datasource"

// datasource is a variable, so that the file fits every Grafana.
func datasource() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr(datasourceType), Uid: cog.ToPtr("${datasource}")}
}

// unescape writes SQL as people read it: the SDK's own encoding escapes what
// would matter in HTML only.
var unescape = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// JSON is the dashboard as it is committed.
func JSON() ([]byte, error) {
	board, err := Build()
	if err != nil {
		return nil, err
	}
	content, err := json.MarshalIndent(board, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("cannot encode dashboard %s: %w", UID, err)
	}
	return append([]byte(unescape.Replace(string(content))), '\n'), nil
}

// Build returns the dashboard.
func Build() (dashboard.Dashboard, error) {
	builder := dashboard.NewDashboardBuilder(Title).
		Uid(UID).
		Description("Which connectors called which APIs, when and for whom; what was unusual; and the calls that nobody can be named for.").
		Tags([]string{"weir"}).
		Timezone("utc").
		Time("now-24h", "now").
		Refresh("1m").
		Editable().
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Variables(variables())
	for i, p := range panels() {
		builder.WithPanel(numbered{p, uint32(i + 1)})
	}
	board, err := builder.Build()
	if err != nil {
		return board, fmt.Errorf("cannot build dashboard %s: %w", UID, err)
	}
	return board, nil
}

// numbered gives panels ids that do not change from one generation to the next.
type numbered struct {
	cog.Builder[dashboard.Panel]
	id uint32
}

func (n numbered) Build() (dashboard.Panel, error) {
	panel, err := n.Builder.Build()
	panel.Id = &n.id
	return panel, err
}

func variables() []cog.Builder[dashboard.VariableModel] {
	return []cog.Builder[dashboard.VariableModel]{
		dashboard.NewDatasourceVariableBuilder("datasource").
			Label("ClickHouse").
			Description("The ClickHouse that Weir writes to").
			Type(datasourceType),
		queryVariable("tenant", "Tenant", "Tenants with calls in the time range"),
		queryVariable("connector", "Connector", "Connectors with calls in the time range; \"unattributed\" are the calls of no known connector"),
	}
}

func queryVariable(name, label, description string) *dashboard.QueryVariableBuilder {
	return dashboard.NewQueryVariableBuilder(name).
		Label(label).
		Description(description).
		Datasource(datasource()).
		Query(dashboard.StringOrMap{String: cog.ToPtr(sql("var_" + name))}).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalAsc).
		Multi(true).
		IncludeAll(true).
		Current(dashboard.VariableOption{
			Selected: cog.ToPtr(true),
			Text:     dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
			Value:    dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
		})
}
