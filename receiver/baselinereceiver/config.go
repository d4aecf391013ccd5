package baselinereceiver

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/events"
	"github.com/weir-otel/weir/rules"
)

// Config of the baseline receiver.
type Config struct {
	// ClickHouse says where the rollups are; by default in the embedded engine.
	ClickHouse chconn.Config `mapstructure:"clickhouse"`
	// Catalog names the connectors' time zones. Without one all work in UTC.
	Catalog CatalogConfig `mapstructure:"catalog"`
	// Rules are rule files, patterns, or the word builtin.
	Rules []string `mapstructure:"rules"`
	// CatchUp is how far back ticks that were missed, or lie before the first
	// start, are evaluated, and hours that late data changed evaluated again.
	CatchUp time.Duration `mapstructure:"catch_up"`
	// Grace is how long after the end of a window late data is waited for.
	Grace time.Duration `mapstructure:"grace"`
	// SettleTimeout is how long an evaluation waits for rollups that are being
	// recomputed.
	SettleTimeout time.Duration `mapstructure:"settle_timeout"`
	// Events are what is announced: holidays, maintenance, a quarter's end.
	Events []events.Event `mapstructure:"events"`
	// DashboardURL is a Grafana dashboard; findings link to it with their
	// connector and time.
	DashboardURL string `mapstructure:"dashboard_url"`
}

// CatalogConfig says where the catalog is.
type CatalogConfig struct {
	File string `mapstructure:"file"`
}

var _ component.Config = (*Config)(nil)

// maxCatchUp keeps a catch-up within what baseline_state remembers.
const maxCatchUp = 7 * 24 * time.Hour

func createDefaultConfig() component.Config {
	return &Config{
		ClickHouse: chconn.NewDefaultConfig(), Rules: []string{rules.BuiltinName},
		CatchUp: 24 * time.Hour, Grace: 2 * time.Minute, SettleTimeout: 5 * time.Minute,
	}
}

// Validate implements component.Config. clickhouse is validated on its own.
func (c *Config) Validate() error {
	var errs []error
	if len(c.Rules) == 0 {
		errs = append(errs, fmt.Errorf("`rules` is empty: give rule files, or %s", rules.BuiltinName))
	} else if _, err := rules.Load(c.Rules); err != nil {
		errs = append(errs, fmt.Errorf("`rules` cannot be used:\n%w", err))
	}
	if c.CatchUp < time.Hour || c.CatchUp > maxCatchUp {
		errs = append(errs, fmt.Errorf("`catch_up` is %s: expected 1h to %s", c.CatchUp, maxCatchUp))
	}
	if c.Grace < 0 || c.Grace > time.Hour {
		errs = append(errs, fmt.Errorf("`grace` is %s: expected 0s to 1h", c.Grace))
	}
	if c.SettleTimeout <= 0 {
		errs = append(errs, fmt.Errorf("`settle_timeout` is %s: expected more than 0s, e.g. 5m", c.SettleTimeout))
	}
	if _, err := events.New(c.Events); err != nil {
		errs = append(errs, err)
	}
	if u, err := url.Parse(c.DashboardURL); err != nil || c.DashboardURL != "" && u.Host == "" {
		errs = append(errs, fmt.Errorf("`dashboard_url` is %q: expected a URL, e.g. https://grafana.example.org/d/weir-activity", c.DashboardURL))
	}
	return errors.Join(errs...)
}
