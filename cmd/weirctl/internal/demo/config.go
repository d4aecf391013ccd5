package demo

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

//go:embed collector.yaml.tmpl
var collectorTemplate string

// configOf writes the collector's configuration and returns its path. The ways
// it differs between runs are the arguments.
func (l layout) configOf(name string, with parts) (string, error) {
	parsed, err := template.New(name).Parse(collectorTemplate)
	if err != nil {
		return "", fmt.Errorf("cannot read the demo's configuration template: %w", err)
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, map[string]any{
		"Catalog": quoted(l.catalog()), "Segments": quoted(l.segments()), "Engine": quoted(l.engine()), "Alerts": quoted(l.alerts()),
		"OTLPGRPC": l.otlpGRPC, "OTLPHTTP": l.otlpHTTP, "ClickHouse": l.clickhouse, "Health": l.health,
		"Webhook": l.webhook, "ReaderUser": l.readerUser, "ReaderPassword": l.readerPassword,
		"Redact": with.redact, "Baseline": with.catchUp > 0, "CatchUp": with.catchUp,
	})
	if err != nil {
		return "", fmt.Errorf("cannot write the demo's configuration: %w", err)
	}
	path := filepath.Join(l.dir, name)
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		return "", fmt.Errorf("cannot write the demo's configuration: %w", err)
	}
	return path, nil
}

// quoted writes a path as a YAML string that the collector takes as it is: a
// folder's name may hold spaces, commas or a $.
func quoted(path string) string {
	return "'" + strings.NewReplacer("'", "''", "$", "$$").Replace(path) + "'"
}

// parts of the pipeline that a run has.
type parts struct {
	redact  bool
	catchUp time.Duration // how far back the baseline evaluates; 0 = no baseline
}
