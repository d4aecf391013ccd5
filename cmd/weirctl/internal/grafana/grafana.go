// Package grafana puts Weir's folder, datasource and dashboards into a Grafana
// through its HTTP API. Everything has a fixed uid, so that doing it again
// changes what is there instead of adding to it.
package grafana

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	httptransport "github.com/go-openapi/runtime/client"
	"github.com/go-openapi/strfmt"
	"github.com/grafana/grafana-openapi-client-go/client/dashboards"
	"github.com/grafana/grafana-openapi-client-go/client/datasources"
	"github.com/grafana/grafana-openapi-client-go/client/folders"
)

// The uids of what is created.
const (
	FolderUID     = "weir"
	DatasourceUID = "weir"
)

// Client talks to one Grafana.
type Client struct {
	folders     folders.ClientService
	datasources datasources.ClientService
	dashboards  dashboards.ClientService
	http        *http.Client
}

// timeout bounds each request.
const timeout = 30 * time.Second

// New returns a client for the Grafana at baseURL, as the owner of a service
// account's token. It has a transport of its own: the generated client's
// constructor would change the process's default one.
func New(baseURL, token string) (*Client, error) {
	u, err := url.Parse(baseURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errors.New("is no URL: expected http(s)://host:port")
	}
	if u.User != nil {
		return nil, errors.New("has a user in it: use a service account's token instead")
	}
	client := &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment},
		Timeout:   timeout,
		// A redirect, to a login page for example, would take the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	base, err := url.JoinPath("/", u.Path, "api")
	if err != nil {
		return nil, fmt.Errorf("has no usable path: %w", err)
	}
	transport := httptransport.NewWithClient(u.Host, base, []string{u.Scheme}, client)
	transport.DefaultAuthentication = httptransport.BearerToken(token)
	return &Client{
		folders:     folders.New(transport, strfmt.Default),
		datasources: datasources.New(transport, strfmt.Default),
		dashboards:  dashboards.New(transport, strfmt.Default),
		http:        client,
	}, nil
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Result is what was done with one object.
type Result struct {
	Kind   string `json:"kind"` // folder, datasource, dashboard
	Name   string `json:"name"`
	UID    string `json:"uid"`
	Action string `json:"action"` // created, updated, exists
	Path   string `json:"path,omitempty"`
}

// Datasource says how Grafana reaches ClickHouse.
type Datasource struct {
	URL      string // of the HTTP interface, as Grafana sees it
	Username string
	Password string
	Database string
}

// settings returns the plugin's jsonData.
func (d Datasource) settings() (map[string]any, error) {
	u, err := url.Parse(d.URL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return nil, errors.New("is no URL: expected http(s)://host:port")
	}
	port := map[string]int{"http": 8123, "https": 8443}[u.Scheme]
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, fmt.Errorf("has no usable port: %w", err)
		}
	}
	settings := map[string]any{
		"host": u.Hostname(), "port": port, "protocol": "http", "secure": u.Scheme == "https",
		"username": d.Username, "defaultDatabase": d.Database,
	}
	if u.Path != "" && u.Path != "/" {
		settings["path"] = u.Path
	}
	return settings, nil
}

// Check says whether URL can be used.
func (d Datasource) Check() error {
	_, err := d.settings()
	return err
}

// explain turns an answer of Grafana into what to do about it.
func explain(ctx context.Context, err error) error {
	var netErr net.Error
	var coded interface{ IsCode(int) bool }
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &coded) && coded.IsCode(http.StatusUnauthorized):
		return errors.New("the server refused the token (401): is it of this Grafana, and not expired?")
	case errors.As(err, &coded) && coded.IsCode(http.StatusForbidden):
		return errors.New("the token may not do this (403): its service account needs the role Admin (datasources) or Editor (dashboards); what was provisioned from files cannot be changed through the API")
	case errors.As(err, &netErr):
		return fmt.Errorf("cannot reach Grafana: %w", err)
	}
	return err
}
