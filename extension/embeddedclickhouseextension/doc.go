// Package embeddedclickhouseextension runs ClickHouse inside the collector,
// for where no ClickHouse server is at hand: the real engine, in a child
// process, on loopback. Components reach it through internal/chconn, Grafana
// and curl through its HTTP interface.
package embeddedclickhouseextension
