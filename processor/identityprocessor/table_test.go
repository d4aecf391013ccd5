package identityprocessor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

func TestACatalogThatIsPublishedAfterTheStartComesIntoForce(t *testing.T) {
	server := chdbtest.Start(t)
	config := createDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{Table: true, ReloadInterval: time.Hour}
	config.ClickHouse.Endpoint, config.ClickHouse.Username = server.Endpoint, server.Username
	config.ClickHouse.Password = configopaque.String(server.Password)
	p, telemetry, _ := observed(t, config)
	r := begin(t, p)
	require.Nil(t, r.connectorOfA(), "not even the table is there")

	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{Database: "weir"}))
	for i, id := range []string{"first", "second"} {
		source := catalog.Path(newCatalogFile(t, oneConnector(id)).path)
		_, _, err := catalog.Publish(t.Context(), server.Conn(t, "weir"), source, arrival.Add(time.Duration(i)*time.Minute))
		require.NoError(t, err)
		p.reload(t.Context())
		require.Equal(t, id, r.connectorOfA())
	}
	require.Equal(t, map[string]int64{"refused": 1, "applied": 2}, sums(t, telemetry, "catalog_reloads"))
}
