package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

// blastRows is how many rows of a section a table has; --output json has all.
const blastRows = 50

// print writes a section for each kind of what is affected.
func (b *blastRadius) print(out io.Writer) error {
	c := &b.Connector
	for _, line := range [][2]string{
		{"connector", c.ID + named(c.Name)},
		{"owner", dash(strings.Join(nonEmpty(c.Owner, c.Contact), ", "))},
		{"purpose", dash(c.Purpose)},
		{"tenant", dash(c.Tenant)},
		{"platform", dash(c.Platform)},
		{"calls", c.calls()},
		{"handed out", fmt.Sprintf("%d bytes, %d rows; taken in: %d bytes", c.BytesOut, c.Rows, c.BytesIn)},
	} {
		fmt.Fprintf(out, "%-11s %s\n", line[0], cli.Plain(line[1]))
	}
	return b.sections(out)
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

func nonEmpty(texts ...string) (kept []string) {
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

func (c *blastConnector) calls() string {
	if c.Calls == 0 {
		return "none in this time"
	}
	return fmt.Sprintf("%d, from %s to %s UTC", c.Calls, c.FirstSeen.UTC().Format(reportTime), c.LastSeen.UTC().Format(reportTime))
}

func (b *blastRadius) sections(out io.Writer) error {
	for _, s := range []struct {
		title  string
		header []string
		n      int
		row    func(i int) []string
	}{
		{"DATASETS", []string{"DATASET", "CLASSIFICATION", "CALLS", "BYTES OUT", "ROWS", "USERS", "LAST SEEN (UTC)"}, len(b.Datasets), b.datasetRow},
		{"USERS", []string{"USER", "CALLS", "BYTES OUT", "LAST SEEN (UTC)"}, len(b.Users), b.userRow},
		{"CREDENTIALS", []string{"KIND", "VALUE", "TYPE", "CALLS", "ALSO USED BY", "LAST SEEN (UTC)"}, len(b.Credentials), b.credentialRow},
		{"TOKENS", []string{"ISSUER", "CLIENT", "TOKENS", "SCOPES", "VALID UNTIL AT MOST"}, len(b.Tokens), b.tokenRow},
		{"DOWNSTREAM", []string{"NAME", "KIND", "CALLED", "TRACES", "LAST SEEN (UTC)"}, len(b.Downstream), b.downstreamRow},
	} {
		fmt.Fprintf(out, "\n%s: %d\n", s.title, s.n)
		if s.n == 0 {
			continue
		}
		var rows [][]string
		for i := range min(s.n, blastRows) {
			rows = append(rows, s.row(i))
		}
		if err := cli.Table(out, s.header, rows); err != nil {
			return err
		}
		if s.n > blastRows {
			fmt.Fprintf(out, "… and %d more: --output json has all\n", s.n-blastRows)
		}
	}
	return nil
}

func (b *blastRadius) datasetRow(i int) []string {
	d := &b.Datasets[i]
	return []string{d.Dataset, d.Classification, count(d.Calls), count(d.BytesOut), count(d.Rows), count(d.Users), seen(d.LastSeen)}
}

func (b *blastRadius) userRow(i int) []string {
	u := &b.Users[i]
	return []string{u.User, count(u.Calls), count(u.BytesOut), seen(u.LastSeen)}
}

func (b *blastRadius) credentialRow(i int) []string {
	c := &b.Credentials[i]
	others := shortList(c.OtherConnectors)
	if c.UnattributedCalls > 0 {
		others = strings.TrimPrefix(fmt.Sprintf("%s, %d unattributed calls", others, c.UnattributedCalls), "-, ")
	}
	return []string{c.Kind, c.Value, dash(c.Type), count(c.Calls), others, seen(c.LastSeen)}
}

func (b *blastRadius) tokenRow(i int) []string {
	t := &b.Tokens[i]
	return []string{dash(t.Issuer), dash(t.Client), count(t.Tokens), shortList(t.Scopes), dash(t.ValidUpTo)}
}

func (b *blastRadius) downstreamRow(i int) []string {
	d := &b.Downstream[i]
	called := "behind"
	if d.Direct {
		called = "directly"
	}
	return []string{d.Name, d.Kind, called, count(d.Traces), seen(d.LastSeen)}
}

func seen(at time.Time) string { return at.UTC().Format(reportTime) }

// maxListed keeps a cell of a table readable.
const maxListed = 5

// shortList writes the first few of a list.
func shortList(values []string) string {
	if len(values) > maxListed {
		return fmt.Sprintf("%s and %d more", strings.Join(values[:maxListed], ", "), len(values)-maxListed)
	}
	return dash(strings.Join(values, ", "))
}
