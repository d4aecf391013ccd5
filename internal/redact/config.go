package redact

import "strings"

// Config chooses detectors and actions. The zero value means: all detectors,
// placeholders.
type Config struct {
	// Detectors are names or classes of detectors (secret, financial, pii,
	// network, health), or all. Empty means all.
	Detectors []string `mapstructure:"detectors" yaml:"detectors"`
	// Exclude takes detectors or classes out again.
	Exclude []string `mapstructure:"exclude" yaml:"exclude"`
	// Action is done where Actions names nothing. Default placeholder.
	Action string `mapstructure:"action" yaml:"action"`
	// Actions are by detector, by class or all; the narrowest decides.
	Actions map[string]Action `mapstructure:"actions" yaml:"actions"`
	// Mask is what mask and keep_last write. Default "****".
	Mask string `mapstructure:"mask" yaml:"mask"`
	// KeepLast is how many characters keep_last leaves. Default 4.
	KeepLast int `mapstructure:"keep_last" yaml:"keep_last"`
	// BlockedKeys are patterns (* and ?, without case) of keys whose whole value
	// goes, besides the built-in ones such as password and authorization.
	BlockedKeys []string `mapstructure:"blocked_keys" yaml:"blocked_keys"`
	// IgnoredKeys are patterns of keys whose values are left as they are.
	IgnoredKeys []string `mapstructure:"ignored_keys" yaml:"ignored_keys"`
	// AllowedKeys, if there are any, are the only attribute keys whose values
	// stay; those values are scanned as all others.
	AllowedKeys []string `mapstructure:"allowed_keys" yaml:"allowed_keys"`
	// AllowedValues are matches that are left as they are, compared exactly with
	// the matched text: noreply@example.com.
	AllowedValues []string `mapstructure:"allowed_values" yaml:"allowed_values"`
	// AllowedPatterns (RE2) must cover a match from end to end to leave it.
	AllowedPatterns []string `mapstructure:"allowed_patterns" yaml:"allowed_patterns"`
	// URLQueryKeys are parameters whose values go besides those of signed URLs;
	// compared exactly, with case.
	URLQueryKeys []string `mapstructure:"url_query_keys" yaml:"url_query_keys"`
	// Statements is on (default) or off: whether literals in SQL and other
	// statements go.
	Statements string `mapstructure:"statements" yaml:"statements"`
	// TokenKeys are for the action token. The first one writes.
	TokenKeys []Key `mapstructure:"token_keys" yaml:"token_keys"`
	// SealKeys are for the action encrypt. The first one writes, all reveal.
	SealKeys []Key `mapstructure:"seal_keys" yaml:"seal_keys"`
	// Patterns are detectors of this policy.
	Patterns []Pattern `mapstructure:"patterns" yaml:"patterns"`
}

// Pattern is a detector of the policy's own.
type Pattern struct {
	// Name is what it is called in actions, metrics and matches.
	Name string `mapstructure:"name" yaml:"name"`
	// Pattern is an RE2 expression. What its first group matches goes, or all.
	Pattern string `mapstructure:"pattern" yaml:"pattern"`
	// Class is secret (default), financial, pii, network or health.
	Class string `mapstructure:"class" yaml:"class"`
	// Severity is critical, high (default), medium or low.
	Severity string `mapstructure:"severity" yaml:"severity"`
	// Action is this pattern's action; actions may name it as well.
	Action string `mapstructure:"action" yaml:"action"`
	// Placeholder is by default the name in capitals: <ORDER_NUMBER>.
	Placeholder string `mapstructure:"placeholder" yaml:"placeholder"`
	// Keywords, if there are any: one of them must stand near the match.
	Keywords []string `mapstructure:"keywords" yaml:"keywords"`
}

// detector gives the row of the table.
func (p Pattern) detector() Detector {
	d := Detector{
		Name: p.Name, Class: p.Class, Severity: p.Severity, Placeholder: p.Placeholder, Description: "Pattern of the policy", specificity: 4,
	}
	if d.Class == "" {
		d.Class = ClassSecret
	}
	if d.Severity == "" {
		d.Severity = SeverityHigh
	}
	if d.Placeholder == "" {
		d.Placeholder = "<" + strings.ToUpper(p.Name) + ">"
	}
	return d
}

// Validate reports the first wrong key, what was expected, and what to do.
func (c *Config) Validate() error {
	if err := c.validatePatterns(); err != nil {
		return err
	}
	if err := c.validateKeys(); err != nil {
		return err
	}
	return c.validateSettings(c)
}
