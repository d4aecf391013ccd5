// Package board is what all dashboards have in common: how they are encoded,
// their variables, and the looks of their panels.
package board

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// tag is on every dashboard; by it they link to each other.
const tag = "weir"

// datasourceType is Grafana's own ClickHouse plugin, 4.0 or newer.
const datasourceType = "grafana-clickhouse-datasource"

// datasource is a variable, so that the file fits every Grafana.
func datasource() common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr(datasourceType), Uid: cog.ToPtr("${datasource}")}
}

// unescape writes SQL as people read it: the SDK's own encoding escapes what
// would matter in HTML only.
var unescape = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// Board is one dashboard.
type Board struct {
	UID         string // stable: part of its URL
	Title       string
	Description string
	Refresh     string // how often an open dashboard asks again, e.g. 1m
	Panels      []cog.Builder[dashboard.Panel]
}

// JSON is the dashboard as it is committed.
func (b Board) JSON() ([]byte, error) {
	board, err := b.build()
	if err != nil {
		return nil, fmt.Errorf("cannot build dashboard %s: %w", b.UID, err)
	}
	content, err := json.MarshalIndent(board, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("cannot encode dashboard %s: %w", b.UID, err)
	}
	return append([]byte(unescape.Replace(string(content))), '\n'), nil
}

func (b Board) build() (dashboard.Dashboard, error) {
	builder := dashboard.NewDashboardBuilder(b.Title).
		Uid(b.UID).
		Description(b.Description).
		Tags([]string{tag}).
		Link(others{}).
		Timezone("utc").
		Time("now-24h", "now").
		Refresh(b.Refresh).
		Editable().
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Variables(variables())
	for i, p := range b.Panels {
		builder.WithPanel(numbered{p, uint32(i + 1)})
	}
	return builder.Build()
}

// others links to the other dashboards, with the time range and the variables
// kept. The SDK's own builder would put the link into a menu.
type others struct{}

func (others) Build() (dashboard.DashboardLink, error) {
	return dashboard.DashboardLink{
		Title: "Weir", Type: dashboard.DashboardLinkTypeDashboards, Tags: []string{tag}, KeepTime: true, IncludeVars: true,
	}, nil
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
