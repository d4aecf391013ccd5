package redactprocessor

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/weir-otel/weir/internal/redact"
)

var _ component.Config = (*Config)(nil)

// Modes of the processor.
const (
	ModeEnforce = "enforce" // replace what is found
	ModeDryRun  = "dry_run" // count what is found and change nothing
)

const (
	// defaultMaxValueMiB bounds one value; a bigger one is replaced as a whole.
	defaultMaxValueMiB    = 4
	defaultReloadInterval = 10 * time.Second
	defaultSampleRatio    = 0.001
)

// Config chooses what is looked for and what is put in its place.
type Config struct {
	redact.PolicyConfig `mapstructure:",squash"`
	// PolicyFile is a YAML file with policy keys. What it says replaces what the
	// configuration says under the same key.
	PolicyFile string `mapstructure:"policy_file"`
	// PolicyReloadInterval is how often the file is looked at; 0 means at start only.
	PolicyReloadInterval time.Duration `mapstructure:"policy_reload_interval"`
	// Mode is enforce or dry_run.
	Mode string `mapstructure:"mode"`
	// MaxValueMiB is the largest value that is scanned.
	MaxValueMiB int `mapstructure:"max_value_mib"`
	// Summary puts lowcode.redaction.detectors and .count on spans and log
	// records in which something was replaced.
	Summary bool `mapstructure:"summary"`
	// Audit writes a line to the collector's log for each batch in which
	// something was found.
	Audit bool `mapstructure:"audit"`
	// SelfCheck rescans a sample of what goes out.
	SelfCheck SelfCheckConfig `mapstructure:"self_check"`
}

// SelfCheckConfig is about the independent second look.
type SelfCheckConfig struct {
	// SampleRatio is the part of all values that is rescanned; 0 means none.
	SampleRatio float64 `mapstructure:"sample_ratio"`
}

func createDefaultConfig() component.Config {
	return &Config{
		PolicyConfig: redact.PolicyConfig{
			Config: redact.Config{Detectors: []string{"all"}, Action: redact.ActionPlaceholder, Mask: "****", KeepLast: 4},
		},
		PolicyReloadInterval: defaultReloadInterval,
		Mode:                 ModeEnforce,
		MaxValueMiB:          defaultMaxValueMiB,
		Summary:              true,
		SelfCheck:            SelfCheckConfig{SampleRatio: defaultSampleRatio},
	}
}

// Validate implements component.Config.
func (c *Config) Validate() error {
	if c.Mode != ModeEnforce && c.Mode != ModeDryRun {
		return fmt.Errorf("\"mode\" is %q: expected %s or %s", c.Mode, ModeEnforce, ModeDryRun)
	}
	if c.MaxValueMiB <= 0 {
		return fmt.Errorf("\"max_value_mib\" is %d: expected at least 1; larger values are replaced as a whole", c.MaxValueMiB)
	}
	if i := c.PolicyReloadInterval; i < 0 || (i > 0 && i < time.Second) {
		return fmt.Errorf("\"policy_reload_interval\" is %s: expected at least 1s, or 0 for never", i)
	}
	if r := c.SelfCheck.SampleRatio; !(r >= 0 && r <= 1) {
		return fmt.Errorf("\"self_check::sample_ratio\" is %g: expected 0 (off) to 1 (every value)", r)
	}
	return c.PolicyConfig.Validate()
}
