package identityprocessor

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"
)

func TestReadmeHasEveryKey(t *testing.T) {
	readme := string(readFile(t, "README.md"))
	for _, key := range keysOf(reflect.TypeFor[Config](), "") {
		require.Contains(t, readme, "| `"+key+"` |")
	}
}

// keysOf lists the keys of a configuration as the README writes them. Those of
// clickhouse are another README's.
func keysOf(config reflect.Type, prefix string) (keys []string) {
	for field := range config.Fields() {
		key := prefix + field.Tag.Get("mapstructure")
		switch kind := field.Type; {
		case key == "clickhouse":
			keys = append(keys, key)
		case kind.Kind() == reflect.Struct:
			keys = append(keys, keysOf(kind, key+"::")...)
		case kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Struct:
			keys = append(append(keys, key), keysOf(kind.Elem(), key+"[]::")...)
		default:
			keys = append(keys, key)
		}
	}
	return keys
}

func TestReadmeHasEveryMetric(t *testing.T) {
	var file struct {
		Telemetry struct {
			Metrics map[string]any `yaml:"metrics"`
		} `yaml:"telemetry"`
	}
	require.NoError(t, yaml.Unmarshal(readFile(t, "metadata.yaml"), &file))
	readme := string(readFile(t, "README.md"))
	for name := range file.Telemetry.Metrics {
		require.Contains(t, readme, "| `otelcol_"+name+"` |")
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestExamplesOfTheReadmeAreValid(t *testing.T) {
	seen := 0
	for _, block := range yamlBlock.FindAllStringSubmatch(string(readFile(t, "README.md")), -1) {
		var file struct {
			Processors map[string]map[string]any `yaml:"processors"`
		}
		text := regexp.MustCompile(`\$\{env:\w+\}`).ReplaceAllString(block[1], "from the environment")
		require.NoError(t, yaml.Unmarshal([]byte(text), &file))
		for name, section := range file.Processors {
			require.True(t, strings.HasPrefix(name, "identity"), name)
			config := createDefaultConfig().(*Config)
			require.NoError(t, confmap.NewFromStringMap(section).Unmarshal(config))
			require.NoError(t, config.Validate(), block[1])
			seen++
		}
	}
	require.Equal(t, 7, seen)
}
