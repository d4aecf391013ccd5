package catalog_test

import (
	_ "embed"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
)

//go:embed testdata/user_agents.tsv
var userAgents string

func TestPlatformOfEveryKnownUserAgent(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(userAgents), "\n")
	require.Greater(t, len(lines), 20)
	for _, line := range lines[1:] {
		columns := strings.Split(line, "\t")
		want := columns[1]
		if want == "unknown" {
			want = ""
		}
		require.Equal(t, want, catalog.PlatformOf(columns[0]), columns[0])
	}
}

func TestPlatformOfTellsNothingAboutOtherUserAgents(t *testing.T) {
	for _, agent := range []string{"", "curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64)", "zapier", "Zapier/1", "xMake/production", "python-requests/2.32"} {
		require.Empty(t, catalog.PlatformOf(agent), agent)
	}
}

func TestTheCatalogsOwnPlatformsComeFirst(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(`
version: 1
platforms:
  - {id: flowbase, user_agents: ["Flowbase/*", flowbased, "Make/eu*"], source_cidrs: [198.51.100.0/24]}
`))
	require.NoError(t, err)
	f := func(agent, want string) {
		t.Helper()
		require.Equal(t, want, c.PlatformOf(agent))
	}
	f("Flowbase/2.1", "flowbase")
	f("flowbased", "flowbase")
	f("Make/eu1", "flowbase")
	f("Make/production", "make")
	f("flowbased/1", "")
	f("", "")
	require.Equal(t, "make", (*catalog.Catalog)(nil).PlatformOf("Make/production"))

	require.Equal(t, "flowbase", c.PlatformAt(netip.MustParseAddr("198.51.100.7")))
	require.Empty(t, c.PlatformAt(netip.MustParseAddr("192.0.2.1")))
	require.Empty(t, (*catalog.Catalog)(nil).PlatformAt(netip.MustParseAddr("198.51.100.7")))
}

func TestWorkflowOfReadsLogicAppsUserAgents(t *testing.T) {
	f := func(agent, want string) {
		t.Helper()
		require.Equal(t, want, catalog.WorkflowOf(agent))
	}
	f("azure-logic-apps/1.0 (workflow 0f3a; version 0858) microsoft-flow/1.0", "0f3a")
	f("azure-logic-apps/1.0,(workflow 0f3a; version 0858)", "0f3a")
	f("azure-logic-apps/1.0", "")
	f("azure-logic-apps/1.0 (workflow 0f3a", "")
	f("azure-logic-apps/1.0 (workflow a b; version 1)", "")
	f("Mozilla/5.0 (workflow 0f3a; version 1)", "")
}
