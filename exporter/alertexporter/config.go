package alertexporter

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
)

// Config is the YAML of the alert exporter.
type Config struct {
	// Alertmanagers are told every firing episode again and again. All replicas
	// of a cluster belong here, as Prometheus has them.
	Alertmanagers []AlertmanagerConfig `mapstructure:"alertmanagers"`

	// Webhooks are told once when an episode fires, and once when it is over.
	Webhooks []WebhookConfig `mapstructure:"webhooks"`

	// Directory holds the state file, so that a restart neither pages again nor
	// forgets to resolve. Empty keeps the state in memory.
	Directory string `mapstructure:"directory"`

	// ResendInterval is how often Alertmanagers are told again. An alert ends by
	// itself when it is not sent again for four of them.
	ResendInterval time.Duration `mapstructure:"resend_interval"`

	// ResolveRepeats is how often the end of an episode is sent again.
	ResolveRepeats int `mapstructure:"resolve_repeats"`

	// StaleAfter ends a firing episode that no record has spoken of for so long; 0 never does.
	StaleAfter time.Duration `mapstructure:"stale_after"`

	// MaxEpisodes is the largest number of episodes that are kept.
	MaxEpisodes int `mapstructure:"max_episodes"`

	// Retry is the back-off of a destination that cannot be reached. It never gives up.
	Retry RetryConfig `mapstructure:"retry"`

	// Labels are put on every alert, e.g. {cluster: eu-1}.
	Labels map[string]string `mapstructure:"labels"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// AlertmanagerConfig is one Alertmanager: everything of an HTTP client, where
// endpoint is the base URL.
type AlertmanagerConfig struct {
	ClientConfig confighttp.ClientConfig `mapstructure:",squash"`

	// Name is in logs, metrics and the state file; by default "alertmanager/" and the host.
	Name string `mapstructure:"name"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// WebhookConfig is one webhook.
type WebhookConfig struct {
	ClientConfig confighttp.ClientConfig `mapstructure:",squash"`

	// Name is in logs, metrics, the state file and the payload's "receiver"; by default "webhook/" and the host.
	Name string `mapstructure:"name"`

	// Secret signs every request; empty sends unsigned ones.
	Secret configopaque.String `mapstructure:"secret"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// RetryConfig is an exponential back-off.
type RetryConfig struct {
	InitialInterval time.Duration `mapstructure:"initial_interval"`
	MaxInterval     time.Duration `mapstructure:"max_interval"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	_ component.Config    = (*Config)(nil)
	_ confmap.Unmarshaler = (*AlertmanagerConfig)(nil)
	_ confmap.Unmarshaler = (*WebhookConfig)(nil)
)

const (
	defaultDirectory = "/var/lib/weir/alerts"
	defaultTimeout   = 10 * time.Second
)

func createDefaultConfig() component.Config {
	return &Config{
		Directory:      defaultDirectory,
		ResendInterval: time.Minute,
		ResolveRepeats: 2,
		StaleAfter:     7 * 24 * time.Hour,
		MaxEpisodes:    10_000,
		Retry:          RetryConfig{InitialInterval: time.Second, MaxInterval: time.Minute},
	}
}

func defaultClient() confighttp.ClientConfig {
	client := confighttp.NewDefaultClientConfig()
	client.Timeout = defaultTimeout
	return client
}

// Unmarshal gives every element of the list the defaults.
func (c *AlertmanagerConfig) Unmarshal(conf *confmap.Conf) error {
	c.ClientConfig = defaultClient()
	return conf.Unmarshal(c)
}

// Unmarshal gives every element of the list the defaults.
func (c *WebhookConfig) Unmarshal(conf *confmap.Conf) error {
	c.ClientConfig = defaultClient()
	return conf.Unmarshal(c)
}

func (c *AlertmanagerConfig) name() string {
	return nameOr(c.Name, "alertmanager", c.ClientConfig.Endpoint)
}
func (c *WebhookConfig) name() string { return nameOr(c.Name, "webhook", c.ClientConfig.Endpoint) }

// nameOr takes the host only: a webhook's path often is its password.
func nameOr(name, kind, endpoint string) string {
	if name != "" {
		return name
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return kind
	}
	return kind + "/" + u.Host
}

// Validate says which key is wrong and what it should be.
func (c *Config) Validate() error {
	var errs []error
	if len(c.Alertmanagers)+len(c.Webhooks) == 0 {
		errs = append(errs, errors.New("`alertmanagers` and `webhooks` are both empty: name somebody to tell, e.g. alertmanagers: [{endpoint: http://localhost:9093}]"))
	}
	names := map[string]string{}
	for i := range c.Alertmanagers {
		errs = append(errs, checkDestination(fmt.Sprintf("alertmanagers[%d]", i), c.Alertmanagers[i].ClientConfig.Endpoint, c.Alertmanagers[i].name(), names))
	}
	for i := range c.Webhooks {
		errs = append(errs, checkDestination(fmt.Sprintf("webhooks[%d]", i), c.Webhooks[i].ClientConfig.Endpoint, c.Webhooks[i].name(), names))
	}
	return errors.Join(append(errs, c.checkNumbers(), c.checkLabels())...)
}

func checkDestination(key, endpoint, name string, names map[string]string) error {
	u, err := url.Parse(endpoint)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("`%s::endpoint` is no URL: expected http(s)://host:port/path", key)
	}
	if u.User != nil {
		return fmt.Errorf("`%s::endpoint` has a user in it: use `auth` or `headers` instead, which are not logged", key)
	}
	if other, taken := names[name]; taken {
		return fmt.Errorf("`%s` and `%s` are both called %q: set a `name`", other, key, name)
	}
	names[name] = key
	return nil
}

func (c *Config) checkNumbers() error {
	var errs []error
	check := func(ok bool, key string, value any, expected string) {
		if !ok {
			errs = append(errs, fmt.Errorf("`%s` is %v: expected %s", key, value, expected))
		}
	}
	check(c.ResendInterval >= time.Second, "resend_interval", c.ResendInterval, "at least 1s")
	check(c.ResolveRepeats >= 0 && c.ResolveRepeats <= 10, "resolve_repeats", c.ResolveRepeats, "0 to 10")
	check(c.StaleAfter == 0 || c.StaleAfter >= time.Hour, "stale_after", c.StaleAfter, "0 (never) or at least 1h")
	check(c.MaxEpisodes > 0, "max_episodes", c.MaxEpisodes, "at least 1")
	check(c.Retry.InitialInterval > 0, "retry::initial_interval", c.Retry.InitialInterval, "more than 0")
	check(c.Retry.MaxInterval >= c.Retry.InitialInterval, "retry::max_interval", c.Retry.MaxInterval, "at least `retry::initial_interval`")
	return errors.Join(errs...)
}

// labelName is what every Alertmanager takes; dots only newer ones do.
var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

func (c *Config) checkLabels() error {
	var errs []error
	for name, value := range c.Labels {
		if !labelName.MatchString(name) {
			errs = append(errs, fmt.Errorf("`labels` has the name %q: expected letters, digits and underscores", name))
		}
		if value == "" {
			errs = append(errs, fmt.Errorf("`labels::%s` is empty: set a value or leave it out", name))
		}
	}
	return errors.Join(errs...)
}
