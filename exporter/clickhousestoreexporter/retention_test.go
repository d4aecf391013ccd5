package clickhousestoreexporter

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/rows"
)

func TestRetentionClassesOutOfRangeAreToldByName(t *testing.T) {
	for _, days := range []int{-1, 0, maxRetentionDays + 1} {
		cfg := createDefaultConfig().(*Config)
		cfg.RetentionClasses = map[string]int{"long": days}
		require.ErrorContains(t, cfg.Validate(), "`retention_classes::long`")
	}
	cfg := createDefaultConfig().(*Config)
	cfg.RetentionClasses = map[string]int{"long": maxRetentionDays}
	require.NoError(t, cfg.Validate())
}

func TestResourcesAreKeptAsLongAsTheLongestClass(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.RetentionDays = 30
	cfg.RetentionClasses = map[string]int{"short": 7}
	require.Equal(t, rows.Retention{Classes: map[string]uint16{"short": 7}}, cfg.retention())
	cfg.RetentionClasses["long"] = 365
	cfg.RetentionClasses["longer"] = 400
	require.EqualValues(t, 400, cfg.retention().Resources)
}
