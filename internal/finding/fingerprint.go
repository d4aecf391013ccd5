package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Fingerprint identifies what a finding is about: the same connector under the
// same rule has the same fingerprint for ever, so that alerts keep their key.
// It never depends on time. entity is empty where it is the connector itself.
func Fingerprint(tenant, connector, entity, rule, endpoint, measure string) string {
	// JSON keeps the parts apart: ["a","bc"] and ["ab","c"] differ.
	list := []string{tenant, connector, rule, endpoint, measure}
	if entity != "" {
		list = append(list, entity)
	}
	parts, _ := json.Marshal(list) // strings always marshal
	sum := sha256.Sum256(parts)
	return hex.EncodeToString(sum[:8])
}
