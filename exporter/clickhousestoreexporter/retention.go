package clickhousestoreexporter

import (
	"fmt"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/rows"
)

// validateRetentionClasses names each class that cannot be kept as long as it
// says.
func (c *Config) validateRetentionClasses() []error {
	var errs []error
	for class, days := range c.RetentionClasses {
		if class == "" || days <= 0 || days > maxRetentionDays {
			errs = append(errs, fmt.Errorf("`retention_classes::%s` is %d, expected a class of the catalog, and from 1 to %d days", class, days, maxRetentionDays))
		}
	}
	return errs
}

// retention is what the encoders need of it: resources are kept as long as the
// rows that are kept longest.
func (c *Config) retention() rows.Retention {
	r := rows.Retention{Classes: make(map[string]uint16, len(c.RetentionClasses))}
	for class, days := range c.RetentionClasses {
		r.Classes[class] = uint16(days) // at most maxRetentionDays
		if days > c.RetentionDays {
			r.Resources = max(r.Resources, uint16(days))
		}
	}
	return r
}
