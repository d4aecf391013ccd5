package dashboards

import (
	"encoding/json"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/dashboards/internal/activity"
	"github.com/weir-otel/weir/dashboards/internal/coverage"
)

// generated are the dashboards in the order of All.
var generated = []struct {
	uid, title string
	json       func() ([]byte, error)
}{
	{activity.UID, activity.Title, activity.JSON},
	{coverage.UID, coverage.Title, coverage.JSON},
}

func TestTheFilesAreWhatTheCodeGenerates(t *testing.T) {
	require.Len(t, All(), len(generated))
	for i, d := range All() {
		want, err := generated[i].json()
		require.NoError(t, err)
		require.Equal(t, string(want), string(d.JSON), "run: go generate ./dashboards")
		require.Equal(t, d.UID+".json", d.File)
	}
}

func TestTheDashboardsAreClassicJSONThatProvisioningTakes(t *testing.T) {
	for _, d := range All() {
		var model dashboard.Dashboard
		require.NoError(t, json.Unmarshal(d.JSON, &model), d.File)
		require.Equal(t, d.UID, *model.Uid)
		require.Equal(t, d.Title, *model.Title)
		require.NotContains(t, string(d.JSON), "${DS_", "inputs break under provisioning")
		require.NotContains(t, string(d.JSON), `"apiVersion"`, "the v2 form is not taken everywhere")
	}
}

func TestEveryPanelSaysWhatItAnswers(t *testing.T) {
	for _, d := range All() {
		var model dashboard.Dashboard
		require.NoError(t, json.Unmarshal(d.JSON, &model))
		seen := map[uint32]bool{}
		for _, p := range model.Panels {
			require.NotNil(t, p.Panel)
			panel := *p.Panel
			require.NotEmpty(t, *panel.Title)
			require.Contains(t, *panel.Description, "?", "%s: the description is a question", *panel.Title)
			require.NotEmpty(t, *panel.FieldConfig.Defaults.Unit, *panel.Title)
			require.NotEmpty(t, *panel.FieldConfig.Defaults.NoValue, *panel.Title)
			require.Equal(t, "${datasource}", *panel.Datasource.Uid, *panel.Title)
			require.False(t, seen[*panel.Id], *panel.Title)
			seen[*panel.Id] = true
			require.LessOrEqual(t, panel.GridPos.X+panel.GridPos.W, uint32(24), *panel.Title)
		}
	}
}

func TestTheListNamesTheDashboardsAsTheyAre(t *testing.T) {
	for i, d := range All() {
		require.Equal(t, generated[i].uid, d.UID)
		require.Equal(t, generated[i].title, d.Title)
	}
}
