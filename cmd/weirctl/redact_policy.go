package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/redact"
)

// processorKeys are settings of the processor that are none of the policy.
var processorKeys = []string{"mode", "max_value_mib", "policy_file", "policy_reload_interval", "summary", "audit", "self_check"}

// redactEngine compiles the policy of --config for --scope.
func redactEngine(opts redactOptions) (*redact.Engine, error) {
	scope, err := parseScope(opts.scope)
	if err != nil {
		return nil, err
	}
	cfg, err := readRedactConfig(opts.config)
	if err != nil {
		return nil, err
	}
	policy, err := redact.NewPolicy(cfg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", cli.ErrUsage, err)
	}
	for _, warning := range policy.Warnings() {
		fmt.Fprintln(os.Stderr, "weirctl: warning:", warning)
	}
	return policy.For(scope), nil
}

func parseScope(text string) (scope redact.Scope, err error) {
	if text == "" {
		return scope, nil
	}
	for _, part := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case value == "":
			return scope, cli.Usagef("--scope has %q: expected tenant=…, connector=… or signal=…, with commas between", part)
		case name == "tenant":
			scope.Tenant = value
		case name == "connector":
			scope.Connector = value
		case name == "signal" && slices.Contains([]string{"traces", "logs", "metrics", "profiles"}, value):
			scope.Signal = value
		case name == "signal":
			return scope, cli.Usagef("--scope has the signal %q: expected traces, logs, metrics or profiles", value)
		default:
			return scope, cli.Usagef("--scope has %q: expected tenant=…, connector=… or signal=…", part)
		}
	}
	return scope, nil
}

// readRedactConfig accepts a policy, the processor's settings, or a collector's
// configuration.
func readRedactConfig(path string) (redact.PolicyConfig, error) {
	var cfg redact.PolicyConfig
	if path == "" {
		return cfg, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return cfg, fmt.Errorf("%w: cannot read --config: %w", cli.ErrUsage, err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return cfg, fmt.Errorf("%w: cannot parse --config %s: %w", cli.ErrUsage, path, err)
	}
	if len(doc.Content) == 0 {
		return cfg, nil
	}
	settings, found := processorSettings(doc.Content[0])
	if !found {
		return cfg, cli.Usagef("--config %s has no redact processor: expected processors::redact, its settings alone, or a policy", path)
	}
	policyFile := takeProcessorKeys(settings)
	if cfg, err = redact.DecodePolicy(path, settings); err != nil {
		return cfg, fmt.Errorf("%w: cannot read --config: %w", cli.ErrUsage, err)
	}
	if policyFile == "" {
		return cfg, nil
	}
	file, err := redact.LoadPolicy(policyFile)
	if err != nil {
		return cfg, fmt.Errorf("%w: \"policy_file\" of %s: %w", cli.ErrUsage, path, err)
	}
	return cfg.WithFile(file), nil
}

// processorSettings finds processors::redact, or the first redact/…, in a
// collector configuration. A processor without settings has the defaults.
func processorSettings(root *yaml.Node) (found *yaml.Node, ok bool) {
	processors, ok := child(root, "processors")
	if !ok {
		processors = root
	}
	var first string
	for i := 0; processors.Kind == yaml.MappingNode && i+1 < len(processors.Content); i += 2 {
		name := processors.Content[i].Value
		if (name == "redact" || strings.HasPrefix(name, "redact/")) && (first == "" || name < first) { // redact before redact/…
			first, found = name, processors.Content[i+1]
		}
	}
	if first != "" {
		return found, true
	}
	return root, !ok
}

func child(node *yaml.Node, key string) (*yaml.Node, bool) {
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1], true
		}
	}
	return nil, false
}

// takeProcessorKeys removes what is none of the policy, and returns the name of
// its file.
func takeProcessorKeys(settings *yaml.Node) (policyFile string) {
	if settings.Kind != yaml.MappingNode {
		return ""
	}
	var kept []*yaml.Node
	for i := 0; i+1 < len(settings.Content); i += 2 {
		key, value := settings.Content[i], settings.Content[i+1]
		if key.Value == "policy_file" {
			policyFile = value.Value
		}
		if !slices.Contains(processorKeys, key.Value) {
			kept = append(kept, key, value)
		}
	}
	settings.Content = kept
	return policyFile
}
