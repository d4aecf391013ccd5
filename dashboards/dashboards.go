// Package dashboards holds Weir's Grafana dashboards as classic JSON, the only
// form that Grafana takes in every way: file provisioning, its API, and paste.
//
// The files are generated (go generate ./dashboards) and never edited: what a
// dashboard shows is in internal/<dashboard>, in Go and SQL. Tests hold that
// the files are what the code generates, and that every panel's SQL runs.
package dashboards

import (
	"embed"
	"io/fs"
)

//go:generate go run ./generate

// Dashboard is one dashboard.
type Dashboard struct {
	UID   string // stable: part of its URL
	Title string
	File  string // its file name
	JSON  []byte
}

//go:embed weir-activity.json
var activityJSON []byte

//go:embed weir-identity.json
var identityJSON []byte

// All returns every dashboard.
func All() []Dashboard {
	return []Dashboard{
		{UID: "weir-activity", Title: "Who did what: connector activity", File: "weir-activity.json", JSON: activityJSON},
		{UID: "weir-identity", Title: "Who is it: identity and coverage", File: "weir-identity.json", JSON: identityJSON},
	}
}

//go:embed provisioning
var provisioning embed.FS

// Provisioning returns the YAML files of Grafana's file provisioning, in the
// folders dashboards and datasources.
func Provisioning() fs.FS {
	sub, err := fs.Sub(provisioning, "provisioning")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
