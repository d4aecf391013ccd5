package catalog

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // time zones are the same on every machine, also where none are installed
)

var (
	idForm       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$`)
	nameForm     = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

	lifecycles = []string{"draft", "listed", "deprecated", "retired"}
	approvals  = []string{"approved", "pending", "revoked"}
	userKinds  = []string{"employee", "contractor", "service"}
)

// validator checks what the shape of the files cannot: values, references, and
// that every match key belongs to one connector. It fills the catalog's indexes
// on the way.
type validator struct {
	catalog   *Catalog
	documents []*document
	specs     []spec
	problems  Problems
	entry     entry // the one being checked
}

// entry is one element of a list of the catalog.
type entry struct {
	list string // e.g. connectors
	i    int
}

func (v *validator) check() {
	v.catalog.zones = map[string]*time.Location{}
	v.checkVersions()
	v.checkTenants()
	v.checkPlatforms()
	v.checkConnectors()
	v.checkUsers()
	v.checkAPIs()
	slices.SortStableFunc(v.problems, func(a, b Problem) int {
		if a.File != b.File {
			return 0
		}
		return cmp.Compare(a.Line, b.Line)
	})
}

func (v *validator) checkVersions() {
	for _, d := range v.documents {
		if d.entries.Version != Version {
			v.add(Problem{
				File: d.name, Line: d.line("version"), Field: "version",
				Message: fmt.Sprintf("%d, expected %d", d.entries.Version, Version), Hint: "write version: 1 as the first line",
			})
		}
	}
}

// byID returns the entries of a list by their ids. It calls check for each, which
// has to check the form of the id; that no two share one is seen to here.
func byID[E any](v *validator, list string, entries []E, id func(*E) string, check func(*E)) map[string]*E {
	all := make(map[string]*E, len(entries))
	for i := range entries {
		v.entry = entry{list, i}
		name := id(&entries[i])
		if put(&all, name, &entries[i]) != nil && name != "" && !v.isFull() {
			first := slices.IndexFunc(entries, func(e E) bool { return id(&e) == name })
			v.report("id", fmt.Sprintf("%q, already the id of %s", clip(name), v.where(entry{list, first}, "id")),
				"give each entry of the list an id of its own")
		}
		check(&entries[i])
	}
	return all
}

func (v *validator) checkTenants() {
	c := v.catalog
	c.tenants = byID(v, "tenants", c.Tenants, func(t *Tenant) string { return t.ID }, func(t *Tenant) {
		v.id(t.ID)
		v.zone(t.TimeZone)
	})
}

func (v *validator) checkPlatforms() {
	own := &v.catalog.platforms
	byID(v, "platforms", v.catalog.Platforms, func(p *Platform) string { return p.ID }, func(p *Platform) {
		if p.ID == "" {
			v.id(p.ID)
		}
		v.platform(p.ID, "id")
		for j, agent := range p.UserAgents {
			message, hint := checkUserAgent(agent)
			v.mark(item("user_agents", j), message, hint, agent, p, func() *Platform { return own.userAgents.add(agent, p) })
		}
		for j, network := range p.SourceCIDRs {
			message, hint := checkNetwork(network)
			v.mark(item("source_cidrs", j), message, hint, network, p, func() *Platform { return own.networks.add(network, p) })
		}
	})
}

// mark adds a checked mark of a platform, which no other may have.
func (v *validator) mark(field, message, hint, value string, p *Platform, add func() (first *Platform)) {
	if message == "" {
		if first := add(); first != nil && first != p {
			message = fmt.Sprintf("%q, already of platform %q, expected a value of one platform only", clip(value), first.ID)
			hint = "remove one of the two"
		}
	}
	if message != "" {
		v.report(field, message, hint)
	}
}

func (v *validator) checkUsers() {
	c := v.catalog
	c.users = byID(v, "users", c.Users, func(u *User) string { return u.ID }, func(u *User) {
		v.value(u.ID, "id") // any form: auth0|5f7c, jane@example.com, CN=jane
		v.oneOf(userKinds, u.Kind, "kind")
		v.tenant(u.Tenant)
		areDays := v.date(u.ValidFrom, "valid_from") && v.date(u.ValidUntil, "valid_until")
		if areDays && u.ValidUntil != "" && u.ValidUntil < u.ValidFrom {
			v.report("valid_until", fmt.Sprintf("%s, expected a day from valid_from (%s) on", u.ValidUntil, u.ValidFrom), "are the two swapped?")
		}
	})
}

func (v *validator) id(id string) {
	switch {
	case id == "":
		v.report("id", "missing, expected a short name that never changes", "e.g. id: crm-sync")
	case !idForm.MatchString(id):
		v.report("id", fmt.Sprintf("%q, expected up to 128 letters, digits and . _ : @ / -, beginning with a letter or digit", clip(id)), "e.g. id: crm-sync")
	}
}

// value checks a text that has to be given.
func (v *validator) value(text, field string) {
	if message, hint := checkValue(text); message != "" {
		v.report(field, message, hint)
	}
}

// The checks below accept an empty value: the field is not given then.

func (v *validator) tenant(id string) {
	if id != "" && v.catalog.tenants[id] == nil {
		v.report("tenant", fmt.Sprintf("%q, expected the id of one of the %d tenants", clip(id), len(v.catalog.tenants)), "add it under tenants")
	}
}

func (v *validator) platform(id, field string) {
	if id != "" && !nameForm.MatchString(id) {
		v.report(field, fmt.Sprintf("%q, expected lower_snake_case such as power_automate", clip(id)), "use custom for a platform of your own")
	}
}

func (v *validator) oneOf(values []string, value, field string) {
	if value != "" && !slices.Contains(values, value) {
		v.report(field, fmt.Sprintf("%q, expected one of %s", clip(value), strings.Join(values, ", ")), "")
	}
}

// label checks the name of a class, e.g. of data.
func (v *validator) label(value, field string) {
	if value != "" && !nameForm.MatchString(value) {
		v.report(field, fmt.Sprintf("%q, expected lower_snake_case", clip(value)), "e.g. public, internal, restricted")
	}
}

// date checks a day; comparing days as text compares them in time.
func (v *validator) date(day, field string) bool {
	if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
		v.report(field, fmt.Sprintf("%q, expected a day as YYYY-MM-DD", clip(day)), "e.g. 2026-03-31; as a last day it is included")
		return false
	}
	return true
}

func (v *validator) amount(amount float64, field string) {
	if amount < 0 || math.IsInf(amount, 0) || math.IsNaN(amount) {
		v.report(field, fmt.Sprintf("%v, expected 0 or more", amount), "")
	}
}

// currency checks the currency of an amount, which has to be given with it.
func (v *validator) currency(currency, field string, amount float64, amountField string) {
	switch {
	case currency == "" && amount > 0:
		v.report(field, "missing, expected the currency of "+amountField, "e.g. currency: EUR")
	case currency != "" && !currencyForm.MatchString(currency):
		v.report(field, fmt.Sprintf("%q, expected a code of ISO 4217", clip(currency)), "e.g. EUR or USD")
	}
}

// words checks a list of texts without blanks, e.g. scopes.
func (v *validator) words(list []string, field, hint string) {
	for i, word := range list {
		if word == "" || strings.ContainsAny(word, " \t\r\n") {
			v.report(item(field, i), fmt.Sprintf("%q, expected a text without blanks", clip(word)), hint)
		}
	}
}

// zone loads a time zone once.
func (v *validator) zone(name string) {
	if name == "" || v.catalog.zones[name] != nil {
		return
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		v.report("time_zone", fmt.Sprintf("%q, expected an IANA time zone", clip(name)), "e.g. Europe/Berlin, America/New_York or UTC")
		return
	}
	v.catalog.zones[name] = location
}

// maxValue bounds what calls are compared with, in bytes.
const maxValue = 1024

// checkValue returns what is wrong with a text that calls are compared with, if anything.
func checkValue(text string) (message, hint string) {
	switch {
	case text == "" || strings.TrimSpace(text) != text:
		return fmt.Sprintf("%q, expected a value without blanks around it", clip(text)), "an empty key would match everything"
	case len(text) > maxValue:
		return fmt.Sprintf("%d bytes long, expected at most %d", len(text), maxValue), ""
	}
	return "", ""
}

// isFull reports that no more problems are taken. Finding where one is takes as
// long as the file, which a mistake in all of 100,000 entries must not multiply.
func (v *validator) isFull() bool { return len(v.problems) >= maxProblems }

// report notes a problem of a field of the entry.
func (v *validator) report(field, message, hint string) {
	if v.isFull() {
		return
	}
	at := v.at(v.entry, field)
	v.add(Problem{File: at.document.name, Line: at.line, Field: at.field, Message: message, Hint: hint})
}

func (v *validator) add(p Problem) {
	if !v.isFull() {
		v.problems = append(v.problems, p)
	}
}

// position is where a field is given, or would be.
type position struct {
	document *document
	line     int
	field    string // as its file counts: the catalog's connectors[120] may be the second file's connectors[3]
}

func (v *validator) at(e entry, field string) position {
	i := e.i
	for _, d := range v.documents {
		if length := d.length(e.list); i >= length {
			i -= length
			continue
		}
		path := item(e.list, i) + "." + field
		return position{document: d, line: d.line(path), field: path}
	}
	panic("catalog: no document has " + item(e.list, e.i))
}

// where writes a place that a problem of the entry refers to.
func (v *validator) where(e entry, field string) string {
	there := v.at(e, field)
	if there.document != v.at(v.entry, field).document {
		return fmt.Sprintf("%s in %s:%d", there.field, there.document.name, there.line)
	}
	return fmt.Sprintf("%s on line %d", there.field, there.line)
}

func item(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }
