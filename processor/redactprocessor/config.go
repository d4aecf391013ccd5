package redactprocessor

import (
	"fmt"

	"go.opentelemetry.io/collector/component"

	"github.com/weir-otel/weir/internal/redact"
)

var _ component.Config = (*Config)(nil)

// Modes of the processor.
const (
	ModeEnforce = "enforce" // replace what is found
	ModeDryRun  = "dry_run" // count what is found and change nothing
)

// defaultMaxValueMiB bounds one value; a bigger one is replaced as a whole.
const defaultMaxValueMiB = 4

// Config chooses what is looked for and what is put in its place.
type Config struct {
	redact.Config `mapstructure:",squash"`
	// Mode is enforce or dry_run.
	Mode string `mapstructure:"mode"`
	// MaxValueMiB is the largest value that is scanned.
	MaxValueMiB int `mapstructure:"max_value_mib"`
}

func createDefaultConfig() component.Config {
	return &Config{
		Config:      redact.Config{Detectors: []string{"all"}, Action: redact.ActionPlaceholder, Mask: "****", KeepLast: 4},
		Mode:        ModeEnforce,
		MaxValueMiB: defaultMaxValueMiB,
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
	return c.Config.Validate()
}
