package grafana

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "glsa_for_a_test"

// fake answers as Grafana's HTTP API is documented to
// (grafana.com/docs/grafana/latest/developers/http_api): folders, datasources
// and dashboards by uid, with its status codes and bodies.
type fake struct {
	t           *testing.T
	folders     map[string]map[string]any
	datasources map[string]map[string]any
	dashboards  map[string]map[string]any
	folderRace  int // answer to the creation of a folder that another process was quicker with
	requests    []string
}

func newFake(t *testing.T) (*fake, *Client) {
	t.Helper()
	f := &fake{t: t, folders: map[string]map[string]any{}, datasources: map[string]map[string]any{}, dashboards: map[string]map[string]any{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	client, err := New(server.URL+"/grafana/", token)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return f, client
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.requests = append(f.requests, r.Method+" "+r.URL.Path)
	if r.Header.Get("Authorization") != "Bearer "+token {
		reply(w, http.StatusUnauthorized, `{"message":"Invalid API key"}`)
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/grafana/api/")
	require.True(f.t, ok, r.URL.Path)
	var body map[string]any
	if r.Body != nil {
		content, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(content, &body)
	}
	uid := path[strings.LastIndex(path, "/")+1:]
	switch route := r.Method + " " + strings.TrimSuffix(path, "/"+uid); route {
	case "GET folders":
		get(w, f.folders, uid, `{"uid":"%s","title":"Weir"}`)
	case "GET datasources/uid":
		get(w, f.datasources, uid, `{"uid":"%s","id":1,"type":"grafana-clickhouse-datasource"}`)
	case "PUT datasources/uid":
		f.datasources[uid] = body
		reply(w, 200, `{"id":1,"message":"Datasource updated","name":"Weir","datasource":{"uid":"weir"}}`)
	case "GET dashboards/uid":
		get(w, f.dashboards, uid, `{"dashboard":{"uid":"%s"},"meta":{}}`)
	case "POST dashboards":
		f.dashboards[body["dashboard"].(map[string]any)["uid"].(string)] = body
		reply(w, 200, `{"id":1,"uid":"weir-activity","url":"/d/weir-activity/who","status":"success","version":1,"title":"x","slug":"who"}`)
	default:
		f.post(w, path, body)
	}
}

func (f *fake) post(w http.ResponseWriter, path string, body map[string]any) {
	switch path {
	case "folders":
		if f.folderRace != 0 {
			reply(w, f.folderRace, `{"message":"the folder has been changed by someone else","status":"version-mismatch"}`)
			return
		}
		f.folders[body["uid"].(string)] = body
		reply(w, 200, `{"uid":"weir","title":"Weir"}`)
	case "datasources":
		f.datasources[body["uid"].(string)] = body
		reply(w, 200, `{"id":1,"message":"Datasource added","name":"Weir","datasource":{"uid":"weir"}}`)
	default:
		reply(w, 404, `{"message":"Not found"}`)
	}
}

func get(w http.ResponseWriter, objects map[string]map[string]any, uid, body string) {
	if _, ok := objects[uid]; !ok {
		reply(w, 404, `{"message":"not found"}`)
		return
	}
	reply(w, 200, fmt.Sprintf(body, uid))
}

func reply(w http.ResponseWriter, code int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, body)
}

var clickhouse = Datasource{URL: "https://ch.example.com/db", Username: "reader", Password: "s3cr3t", Database: "weir"}

func TestApplyingTwiceUpdatesWhatIsThere(t *testing.T) {
	f, client := newFake(t)
	for i, want := range [][]string{{"created", "created", "created"}, {"exists", "updated", "updated"}} {
		folder, err := client.ApplyFolder(t.Context(), "Weir")
		require.NoError(t, err)
		datasource, err := client.ApplyDatasource(t.Context(), clickhouse)
		require.NoError(t, err)
		dashboard, err := client.ApplyDashboard(t.Context(), []byte(`{"uid":"weir-activity","title":"Who"}`), "test")
		require.NoError(t, err)
		require.Equal(t, want, []string{folder.Action, datasource.Action, dashboard.Action}, i)
		require.Equal(t, "/d/weir-activity/who", dashboard.Path)
	}
	require.Len(t, f.folders, 1)
	require.Len(t, f.datasources, 1)
	require.Len(t, f.dashboards, 1)
}

func TestTheDatasourceIsWhatThePluginReads(t *testing.T) {
	f, client := newFake(t)
	_, err := client.ApplyDatasource(t.Context(), clickhouse)
	require.NoError(t, err)
	got := f.datasources["weir"]
	require.Equal(t, "grafana-clickhouse-datasource", got["type"])
	require.Equal(t, map[string]any{
		"host": "ch.example.com", "port": 8443.0, "protocol": "http", "secure": true,
		"username": "reader", "defaultDatabase": "weir", "path": "/db",
	}, got["jsonData"])
	require.Equal(t, map[string]any{"password": "s3cr3t"}, got["secureJsonData"])
}

func TestTheDashboardReplacesTheOneInItsFolder(t *testing.T) {
	f, client := newFake(t)
	_, err := client.ApplyDashboard(t.Context(), []byte(`{"uid":"weir-activity","title":"Who"}`), "why")
	require.NoError(t, err)
	got := f.dashboards["weir-activity"]
	require.Equal(t, true, got["overwrite"])
	require.Equal(t, "weir", got["folderUid"])
	require.Equal(t, "why", got["message"])
}

func TestAFolderThatSomebodyElseCreatedMeanwhileIsFine(t *testing.T) {
	for _, code := range []int{http.StatusConflict, http.StatusPreconditionFailed} {
		f, client := newFake(t)
		f.folderRace = code
		result, err := client.ApplyFolder(t.Context(), "Weir")
		require.NoError(t, err, code)
		require.Equal(t, "exists", result.Action)
	}
}

func TestErrorsSayWhatToDoAndHoldNoSecret(t *testing.T) {
	f := func(code int, want string) {
		t.Helper()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			reply(w, code, `{"message":"no"}`)
		}))
		defer server.Close()
		client, err := New(server.URL, token)
		require.NoError(t, err)
		defer client.Close()
		_, err = client.ApplyFolder(t.Context(), "Weir")
		require.ErrorContains(t, err, want)
		_, err = client.ApplyDatasource(t.Context(), clickhouse)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "s3cr3t")
		require.NotContains(t, err.Error(), token)
		_, err = client.ApplyDashboard(t.Context(), []byte(`{"uid":"u"}`), "")
		require.ErrorContains(t, err, want)
	}
	f(401, "refused the token (401)")
	f(403, "role Admin")
	f(500, "cannot")
	f(302, "cannot")

	client, err := New("http://127.0.0.1:1", token)
	require.NoError(t, err)
	_, err = client.ApplyFolder(t.Context(), "Weir")
	require.ErrorContains(t, err, "cannot reach Grafana")
}

func TestAddressesThatCannotWorkAreRefused(t *testing.T) {
	for _, address := range []string{"", "localhost:3000", "ftp://x", "http://admin:admin@localhost:3000", "::"} {
		_, err := New(address, token)
		require.Error(t, err, address)
		require.NotContains(t, err.Error(), "admin:")
		require.Error(t, Datasource{URL: strings.ReplaceAll(address, "http://admin:admin@localhost:3000", "http://:1")}.Check())
	}
	require.NoError(t, Datasource{URL: "http://[::1]:8123"}.Check())
}

func TestTheDefaultTransportIsLeftAlone(t *testing.T) {
	before := http.DefaultTransport.(*http.Transport).TLSClientConfig
	_, client := newFake(t)
	_, err := client.ApplyFolder(t.Context(), "Weir")
	require.NoError(t, err)
	require.Same(t, before, http.DefaultTransport.(*http.Transport).TLSClientConfig)
}
