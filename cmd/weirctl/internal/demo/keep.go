package demo

import (
	"fmt"
	"net"
	"os"
)

// printKept says how to look around in what is still running.
func (r *run) printKept() {
	at := r.at
	out := r.opts.Progress
	_, port, _ := net.SplitHostPort(at.clickhouse) // an address that was listened on
	fmt.Fprintf(out, `
Still running; Ctrl-C ends it and cleans up.

  Grafana     with the plugin grafana-clickhouse-datasource and a service account's token in WEIR_GRAFANA_TOKEN:
                weirctl dashboards apply --grafana http://localhost:3000 \
                  --datasource-url http://%[4]s --datasource-user %[2]s --datasource-password-file %[8]s
              or by hand: server 127.0.0.1, port %[1]s, protocol HTTP, user %[2]s, password %[3]s, database weir
  curl        curl -u %[2]s:%[3]s 'http://%[4]s/?database=weir' \
                --data-binary 'SELECT timestamp, connector_id, user_id, endpoint, status_code FROM who_did_what ORDER BY timestamp DESC LIMIT 10 FORMAT PrettyCompact'
  weirctl     weirctl who --data-dir %[5]s --since 24h
              weirctl alerts list --data-dir %[5]s
  OTLP        gRPC %[6]s, HTTP %[7]s
  folder      %[5]s (log: weir.log, configuration: weir.yaml)
`, port, at.readerUser, at.readerPassword, at.clickhouse, at.dir, at.otlpGRPC, at.otlpHTTP, at.passwordFile())
}

// keepOnlyLogs removes what takes space and leaves what explains a failure.
func keepOnlyLogs(at layout) error {
	for _, path := range []string{at.engine(), at.segments(), at.keptSegments()} {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("cannot clean up: %w", err)
		}
	}
	return nil
}
