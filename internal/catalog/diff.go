package catalog

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Change is one difference between two catalogs.
type Change struct {
	List  string `json:"list"` // tenants, platforms, connectors, users or apis
	ID    string `json:"id"`
	Kind  string `json:"change"`          // added, removed, changed
	Field string `json:"field,omitempty"` // of what is changed, e.g. owner.team
	Old   string `json:"old,omitempty"`   // as in YAML, on one line
	New   string `json:"new,omitempty"`
}

// Diff returns what is different in another revision, by list and id. Order does
// not count, and operations count with what OpenAPI files say of them.
func Diff(before, after *Catalog) []Change {
	var changes []Change
	changes = append(changes, diffList("tenants", before.Tenants, after.Tenants, func(t *Tenant) string { return t.ID })...)
	changes = append(changes, diffList("platforms", before.Platforms, after.Platforms, func(p *Platform) string { return p.ID })...)
	changes = append(changes, diffList("connectors", before.Connectors, after.Connectors, func(c *Connector) string { return c.ID })...)
	changes = append(changes, diffList("users", before.Users, after.Users, func(u *User) string { return u.ID })...)
	changes = append(changes, diffList("apis", before.writtenOut(), after.writtenOut(), func(a *API) string { return a.ID })...)
	return changes
}

func diffList[E any](list string, before, after []E, id func(*E) string) []Change {
	old, now := make(map[string]*E, len(before)), make(map[string]*E, len(after))
	var ids []string
	for i := range before {
		old[id(&before[i])] = &before[i]
		ids = append(ids, id(&before[i]))
	}
	for i := range after {
		name := id(&after[i])
		if now[name] = &after[i]; old[name] == nil {
			ids = append(ids, name)
		}
	}
	slices.Sort(ids)
	var changes []Change
	for _, name := range ids {
		switch {
		case old[name] == nil:
			changes = append(changes, Change{List: list, ID: name, Kind: "added"})
		case now[name] == nil:
			changes = append(changes, Change{List: list, ID: name, Kind: "removed"})
		default:
			changes = diffFields(changes, Change{List: list, ID: name, Kind: "changed"}, reflect.ValueOf(*old[name]), reflect.ValueOf(*now[name]))
		}
	}
	return changes
}

// diffFields appends a change for every field that differs; at holds what the
// changes have in common, and the field so far.
func diffFields(changes []Change, at Change, before, after reflect.Value) []Change {
	switch {
	case reflect.DeepEqual(before.Interface(), after.Interface()):
		return changes
	case before.Type() == reflect.TypeFor[[]OperationRule]():
		return diffOperations(changes, at, before.Interface().([]OperationRule), after.Interface().([]OperationRule))
	case before.Kind() != reflect.Struct:
		at.Old, at.New = oneLine(before), oneLine(after)
		if at.Old != at.New { // an empty list is none
			changes = append(changes, at)
		}
		return changes
	}
	for i, name := range readFields(before.Type()) {
		field := at
		field.Field = strings.TrimPrefix(at.Field+"."+name, ".")
		changes = diffFields(changes, field, before.Field(i), after.Field(i))
	}
	return changes
}

// diffOperations compares operations one by one: an API may have hundreds.
func diffOperations(changes []Change, at Change, before, after []OperationRule) []Change {
	for _, change := range diffList("", before, after, func(o *OperationRule) string { return o.Endpoint }) {
		field := at
		field.Field += "[" + change.ID + "]"
		switch change.Kind {
		case "added":
			field.New = "added"
		case "removed":
			field.Old = "removed"
		default:
			field.Field += "." + change.Field
			field.Old, field.New = change.Old, change.New
		}
		changes = append(changes, field)
	}
	return changes
}

// oneLine writes a value as YAML in brackets; nothing for none.
func oneLine(value reflect.Value) string {
	if value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0 {
		return ""
	}
	var n yaml.Node
	if err := n.Encode(value.Interface()); err != nil {
		return err.Error()
	}
	n.Style = yaml.FlowStyle
	data, err := yaml.Marshal(&n)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(data))
}
