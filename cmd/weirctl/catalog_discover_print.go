package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

const discoverTime = "2006-01-02 15:04"

func printDiscovery(out io.Writer, format string, found *discovery) error {
	switch format {
	case "json":
		return cli.JSON(out, found)
	case "table":
		return printDiscoveryTable(out, found)
	}
	return printDiscoveryYAML(out, found)
}

func printDiscoveryTable(out io.Writer, found *discovery) error {
	rows := make([][]string, 0, len(found.Connectors)+len(found.Unnamed))
	for _, list := range [...][]callers{found.Connectors, found.Unnamed} {
		for i := range list {
			rows = append(rows, list[i].row())
		}
	}
	header := []string{"CONNECTOR", "SIGNAL", "VALUE", "CALLS", "TRUSTED", "FIRST SEEN (UTC)", "LAST SEEN (UTC)", "ENDPOINTS", "PLATFORMS", "SERVICES"}
	if err := cli.Table(out, header, rows); err != nil || len(found.Endpoints) == 0 {
		return err
	}
	fmt.Fprintln(out)
	rows = rows[:0]
	for _, e := range found.Endpoints {
		rows = append(rows, []string{
			e.Service, e.Method + " " + e.Route, strconv.FormatUint(e.Calls, 10), strconv.Itoa(e.Routes), strings.Join(e.Examples, ", "),
		})
	}
	return cli.Table(out, []string{"SERVICE", "LEARNED ENDPOINT", "CALLS", "ROUTES", "EXAMPLES"}, rows)
}

func (c *callers) row() []string {
	id := dash(c.ID)
	if c.Registered {
		id += " (claimed)"
	}
	return []string{
		id, c.Signal, c.Value, strconv.FormatUint(c.Calls, 10), strconv.FormatUint(c.Trusted, 10),
		c.FirstSeen.Format(discoverTime), c.LastSeen.Format(discoverTime), strconv.Itoa(c.EndpointCount),
		dash(strings.Join(c.Platforms, ", ")), dash(strings.Join(c.Services, ", ")),
	}
}
