// Package manifest holds the collector's manifest, builder-config.yaml, against
// the folders it names, and every file in configs/ against the components.
package manifest
