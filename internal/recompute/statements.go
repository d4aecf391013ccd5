package recompute

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed sql/*.sql
var files embed.FS

// The statements by what they do; each is a file in sql/.
const (
	createKeys    = "work_keys"
	createBuckets = "work_buckets"
	createReports = "work_reports"
	createServers = "work_servers"
	createHops    = "work_hops"
	createBest    = "work_best"
	fillKeys      = "fill_keys"
	fillBuckets   = "fill_buckets"
	growBuckets   = "grow_buckets"
	fillReports   = "fill_reports"
	fillServers   = "fill_servers"
	fillHops      = "fill_hops"
	fillBest      = "fill_best"
	version       = "version"
	writeActions  = "write_actions"
	buryActions   = "bury_actions"
	markResolved  = "mark_resolved"
	rollupVersion = "rollup_version"
	write5m       = "write_5m"
	zero5m        = "zero_5m"
	writeHours    = "write_hours"
	markDone      = "mark_done"
)

// workTables hold what one group needs; {run} keeps collectors apart.
var workTables = []string{"recompute_keys_", "recompute_buckets_", "recompute_reports_", "recompute_servers_", "recompute_hops_", "recompute_best_"}

// statement reads a file and fills its placeholders, given in pairs.
func statement(name string, placeholders ...string) (string, error) {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return "", fmt.Errorf("cannot read statement %s: %w", name, err)
	}
	return strings.NewReplacer(placeholders...).Replace(string(text)), nil
}
