package board

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed sql/*.sql
var files embed.FS

// own are the queries that every dashboard has.
var own = NewQueries(files)

// Fragments that any statement may have. Calls without an identity have the
// empty id in the tables and "unattributed" in the variable; "All" reads
// everything.
var fragments = strings.NewReplacer(
	"{filters}", tenants+`
    AND $__conditionalAll((connector_id IN (${connector:singlequote}) OR (connector_id = '' AND 'unattributed' IN (${connector:singlequote}))), $connector)`,
	"{tenants}", tenants,
	"{connector}", `if(connector_id = '', 'unattributed', connector_id)`,
)

const tenants = `$__conditionalAll(tenant_id IN (${tenant:singlequote}), $tenant)`

// Queries are a dashboard's statements, one a file, sql/<name>.sql. In them
// stand fragments in braces, the dashboard's own and these:
//
//	{filters}   the variables tenant and connector
//	{tenants}   the variable tenant alone, where a table knows no connectors
//	{connector} a connector's name in a legend
type Queries struct {
	files     fs.FS
	fragments *strings.Replacer
}

// NewQueries takes the files, and the dashboard's own fragments as pairs of
// name in braces and text.
func NewQueries(files fs.FS, fragments ...string) Queries {
	return Queries{files, strings.NewReplacer(fragments...)}
}

// SQL returns the statement of one file.
func (q Queries) SQL(name string) string {
	content, err := fs.ReadFile(q.files, "sql/"+name+".sql")
	if err != nil {
		panic(err) // an embedded file: the tests would see it
	}
	return strings.TrimSpace(fragments.Replace(q.fragments.Replace(string(content))))
}
