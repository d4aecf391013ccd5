package catalog_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

func TestTheNewestPublishedRevisionIsInForce(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{Database: "weir"}))
	conn := server.Conn(t, "weir")
	path, write := file(t, "version: 1\nconnectors: [{id: a}] # the first\n")
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	publish := func(source string) (string, bool) {
		t.Helper()
		at = at.Add(time.Minute)
		revision, published, err := catalog.Publish(t.Context(), conn, catalog.Path(source), at)
		require.NoError(t, err)
		return revision, published
	}
	_, err := catalog.NewWatcher(t.Context(), catalog.Table(conn))
	require.ErrorContains(t, err, "table catalog_revisions is empty")

	first, published := publish(path)
	require.True(t, published)
	w, err := catalog.NewWatcher(t.Context(), catalog.Table(conn))
	require.NoError(t, err)
	loaded, err := catalog.Load(path)
	require.NoError(t, err)
	require.Equal(t, loaded.Revision, w.Current().Revision, "published as it is")
	require.Equal(t, first, w.Current().Revision)

	_, published = publish(path)
	require.False(t, published, "in force already")
	changed, err := w.Check(t.Context())
	require.NoError(t, err)
	require.False(t, changed)

	write("version: 1\nconnectors: [{id: b}]")
	second, _ := publish(path)
	changed, err = w.Check(t.Context())
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, second, w.Current().Revision)

	whole, _ := publish(filepath.Join("testdata", "catalog.yaml")) // names an OpenAPI file
	_, err = w.Check(t.Context())
	require.NoError(t, err)
	require.Equal(t, whole, w.Current().Revision)
	require.Equal(t, "getContact", w.Current().Operation("crm-api", "", "GET", "/crm/contacts/1").ID)

	require.NoError(t, conn.Exec(t.Context(), "INSERT INTO catalog_revisions (revision, content) VALUES ('by hand', 'version: 7')"))
	_, err = w.Check(t.Context())
	require.EqualError(t, err, "catalog_revisions/by hand:1: version: 7, expected 1; write version: 1 as the first line")
	require.Equal(t, whole, w.Current().Revision)
	_, err = w.Check(t.Context())
	require.NoError(t, err, "reported once")

	write("version: 7")
	_, _, err = catalog.Publish(t.Context(), conn, catalog.Path(path), at)
	_, bad := catalog.AsProblems(err)
	require.True(t, bad)
}
