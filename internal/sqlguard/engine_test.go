package sqlguard_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/sqlguard"
)

// The engine is the judge of what a statement reads: ClickHouse reserves no
// word, so each of these stands for @ once as a name and once as a clause, at
// every place where the two could be taken for one another.
const words = `all and any array as asc asof between by case collate cross desc distinct div else end except exists fill filter final first for format
	from full glob global group having ilike in inner insert interpolate intersect interval into is join last left like limit match mod not null
	nulls offset on or order outer over overlaps partition paste prewhere qualify recursive regexp right rollup sample select semi settings step
	table then ties to totals union using values view when where window with xor`

var places = []string{
	"SELECT v, 1 AS @ FROM other.secrets",
	"SELECT v, 1 @ FROM other.secrets",
	`WITH 1 AS "@" SELECT v, @ FROM other.secrets`,
	`WITH 1 AS "@" SELECT v, NOT @ FROM other.secrets`,
	`WITH 1 AS "@" SELECT v, 1 * @ FROM other.secrets`,
	`WITH 1 AS "@" SELECT v, @ distinct FROM other.secrets`,
	`WITH 1 AS "@" SELECT v, @ not distinct FROM other.secrets`,
	`WITH 1 AS "@" SELECT v, @ fill FROM other.secrets`,
	`WITH 1 AS "order", 2 AS "@" SELECT v, order by, @ fill FROM other.secrets`,
	"SELECT v FROM numbers(1) AS @, other.secrets",
	"SELECT v FROM numbers(1) @, other.secrets",
	"SELECT v FROM numbers(1) AS @ JOIN other.secrets ON 1",
	"SELECT v FROM numbers(1) @ JOIN other.secrets ON 1",
	"SELECT v FROM weir.@ JOIN other.secrets ON 1",
	"WITH @ AS (SELECT 1) SELECT v FROM @ JOIN other.secrets ON 1",
	"WITH @ AS (SELECT 1) SELECT v FROM @, other.secrets",
	`SELECT v FROM ((SELECT 1 AS "@") AS @, other.secrets)`,
	"SELECT (1, 'LEAK') IN ((other.secrets AS @))",
	"SELECT (1, 'LEAK') AS @ IN ((other.secrets))",
}

// conditions stand behind ON; a comma follows, and behind it a table.
var conditions = []string{
	"@ = 1", "1 = @", "NOT @ = 0", "1 OR @", "@ IN (1)", "@ DIV 1 = 1", "1 DIV @ = 1", "1 MOD @ = 0", "1 * @ = 1", "(@) = 1", "b.@ = 1", "@ IS NOT NULL",
	"@::UInt8 = 1", "1 BETWEEN @ AND 1", "@ BETWEEN 1 AND 1", "@ + 1 = 2", "-@ < 0", "CASE @ WHEN 1 THEN 1 ELSE 0 END", "CASE WHEN 1 THEN @ ELSE 0 END",
	"@ ? 1 : 0", "1 ? @ : 0", "1 AND @ AND 1", "1 XOR @ = 0", "toString(1) LIKE @", "toString(@) REGEXP '1'", "1 IS NOT DISTINCT FROM @", "@ = 1 AS x",
	"1 = 1 AS @", "1 = 1 @", "[@][1] = 1", "@.1 = 1",
}

func TestNoStatementThatIsAllowedReadsAnotherDatabase(t *testing.T) {
	server := chdbtest.Start(t)
	conn := server.Conn(t, "default")
	for _, statement := range []string{
		"CREATE DATABASE weir", "CREATE DATABASE other",
		"CREATE TABLE weir.t (a UInt8) ENGINE = MergeTree ORDER BY a", "INSERT INTO weir.t SELECT 1",
		"CREATE TABLE other.secrets (k UInt8, v String) ENGINE = MergeTree ORDER BY k", "INSERT INTO other.secrets SELECT 1, 'LEAK'",
	} {
		require.NoError(t, conn.Exec(t.Context(), statement))
	}
	statements := append([]string{}, places...)
	for _, condition := range conditions {
		statements = append(statements, `SELECT v FROM weir.t JOIN (SELECT 1 AS "@") AS b ON `+condition+", other.secrets")
	}
	leaks := func(statement string) bool {
		rows, err := conn.Query(t.Context(), "SELECT count() FROM ("+statement+") FORMAT Native")
		if err != nil {
			return false
		}
		defer func() { _ = rows.Close() }()
		var n uint64
		return rows.Next() && rows.Scan(&n) == nil && n > 0
	}
	require.True(t, leaks("SELECT v FROM weir.t JOIN (SELECT 1 AS \"limit\") AS b ON limit = 1, other.secrets"), "the search finds what there is to find")
	opts := sqlguard.DefaultOptions("weir")
	allowed := 0
	for word := range strings.FieldsSeq(words) {
		for _, statement := range statements {
			statement = strings.ReplaceAll(statement, "@", word)
			if sqlguard.Check(statement, opts) != nil {
				continue
			}
			allowed++
			require.False(t, leaks(statement), statement)
		}
	}
	t.Logf("%d statements were allowed and read nothing", allowed)
}
