package ship

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheServerIsCheckedForWhatWouldDoubleRows(t *testing.T) {
	g := newRig(t)
	warnings, err := CheckServer(t.Context(), g.direct)
	require.NoError(t, err)
	require.Len(t, warnings, 2)
	require.Contains(t, warnings[0], "fsync_after_insert of table items is 0")
	require.Contains(t, warnings[1], "fsync_part_directory of table items is 0")

	g.exec("ALTER TABLE items MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1")
	warnings, err = CheckServer(t.Context(), g.direct)
	require.NoError(t, err)
	require.Empty(t, warnings)

	g.exec("CREATE TABLE unrelated (n UInt64) ENGINE = MergeTree ORDER BY n")
	_, err = CheckServer(t.Context(), g.direct)
	require.NoError(t, err)

	g.exec("CREATE TABLE rollup (n UInt64) ENGINE = SummingMergeTree ORDER BY n SETTINGS fsync_after_insert = 1, fsync_part_directory = 1")
	g.exec("CREATE MATERIALIZED VIEW view TO rollup AS SELECT n FROM items")
	_, err = CheckServer(t.Context(), g.direct)
	require.ErrorIs(t, err, ErrInexact)
	require.ErrorContains(t, err, "non_replicated_deduplication_window of table rollup is 0, expected at least 720: ALTER TABLE rollup MODIFY SETTING non_replicated_deduplication_window = 10000")
}

func TestReplicatedTablesNeedBothWindows(t *testing.T) {
	table := tableSettings{
		name: "spans_local", replicated: true, full: "ReplicatedMergeTree('/p', 'r') ORDER BY n SETTINGS replicated_deduplication_window = 100",
		defaults: map[string]string{windowReplicated + secondsSuffix: "600"},
	}
	wrong := table.inexact()
	require.Len(t, wrong, 2)
	require.Contains(t, wrong[0], "replicated_deduplication_window of table spans_local is 100")
	require.Contains(t, wrong[1], "replicated_deduplication_window_seconds of table spans_local is 600, expected at least 3600")
}
