package chdb

import "time"

// Unconfined leaves the engine's process as it is: the control for tests of
// the confinement.
func Unconfined(cfg Config) Config {
	cfg.unconfined, cfg.sharedNetwork = true, true
	return cfg
}

// WithSharedNetwork is a kernel that refuses a network namespace.
func WithSharedNetwork(cfg Config) Config {
	cfg.sharedNetwork = true
	return cfg
}

// WithPauses sets the pauses before a restart.
func WithPauses(cfg Config, first, most, healthy time.Duration) Config {
	cfg.backoff = backoff{first, most, healthy}
	return cfg
}
