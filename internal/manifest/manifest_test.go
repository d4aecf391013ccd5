package manifest

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const (
	root      = "../.."
	ownModule = "github.com/weir-otel/weir"
)

// kinds are the folders of components, each with its section of the manifest.
var kinds = map[string]string{
	"receiver": "receivers", "processor": "processors", "exporter": "exporters", "extension": "extensions", "connector": "connectors",
}

// entry is one component of the manifest.
type entry struct {
	GoMod  string `yaml:"gomod"`
	Import string `yaml:"import"`
	Path   string `yaml:"path"`
}

func (e entry) module() string  { m, _, _ := strings.Cut(e.GoMod, " "); return m }
func (e entry) version() string { _, v, _ := strings.Cut(e.GoMod, " "); return v }

func readManifest(t *testing.T) map[string][]entry {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "builder-config.yaml"))
	require.NoError(t, err)
	var sections map[string]any
	require.NoError(t, yaml.Unmarshal(content, &sections))
	delete(sections, "dist")
	rest, err := yaml.Marshal(sections)
	require.NoError(t, err)
	var manifest map[string][]entry
	decoder := yaml.NewDecoder(bytes.NewReader(rest))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&manifest))
	return manifest
}

func TestManifestListsEveryOwnComponentAndNoOther(t *testing.T) {
	manifest := readManifest(t)
	for kind, section := range kinds {
		var inTree, listed []string
		factories, err := filepath.Glob(filepath.Join(root, kind, "*", "factory.go"))
		require.NoError(t, err)
		for _, factory := range factories {
			inTree = append(inTree, path.Join(ownModule, kind, filepath.Base(filepath.Dir(factory))))
		}
		for _, e := range manifest[section] {
			if e.module() == ownModule {
				listed = append(listed, e.Import)
			}
		}
		require.ElementsMatch(t, inTree, listed, "folders in %s/ and entries under `%s` in builder-config.yaml", kind, section)
	}
}

// The builder writes a replace directive for every entry with a path, and Go
// refuses two for one module.
func TestManifestGivesOurPathOnce(t *testing.T) {
	var paths []string
	for _, entries := range readManifest(t) {
		for _, e := range entries {
			if e.Path != "" {
				require.Equal(t, ownModule, e.module())
				paths = append(paths, e.Path)
			}
		}
	}
	require.Equal(t, []string{"."}, paths)
}

func TestManifestUsesOneCollectorRelease(t *testing.T) {
	versions := map[string]bool{"v0.161.0": true, "v1.67.0": true}
	for section, entries := range readManifest(t) {
		for _, e := range entries {
			if e.module() != ownModule {
				require.True(t, versions[e.version()], "`%s`: %s", section, e.GoMod)
			}
		}
	}
}
