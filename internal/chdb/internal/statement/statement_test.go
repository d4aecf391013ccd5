package statement

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplitFindsTheDataOfAnInsert(t *testing.T) {
	t.Parallel()
	f := func(text, statement, format, data string) {
		t.Helper()
		found := Split(text)
		require.True(t, found.TakesData, text)
		require.Equal(t, statement, found.Text)
		require.Equal(t, format, found.Format)
		require.Equal(t, data, text[found.Data:])
		require.False(t, found.Multiple)
	}
	f("INSERT INTO t FORMAT CSV\n1,2\n", "INSERT INTO t ", "CSV", "1,2\n")
	f("INSERT INTO t FORMAT CSV 1,2\n", "INSERT INTO t ", "CSV", "1,2\n")
	f("INSERT INTO t FORMAT CSV\r\n\n1", "INSERT INTO t ", "CSV", "\n1")
	f("insert into t format Native\n\x01\x00';\"", "insert into t ", "Native", "\x01\x00';\"")
	f("INSERT INTO t FORMAT Native", "INSERT INTO t ", "Native", "")
	f("INSERT INTO t FORMAT Native ; \n", "INSERT INTO t ", "Native", "")
	f("INSERT INTO a.b (x, `format`) VALUES (1, ';'), (2, 'x');", "INSERT INTO a.b (x, `format`) ", "Values", " (1, ';'), (2, 'x');")
	f("INSERT INTO t SETTINGS x='format CSV', y=1 FORMAT TSV\n1", "INSERT INTO t SETTINGS x='format CSV', y=1 ", "TSV", "1")
	f("-- format CSV\nINSERT /* FORMAT X /* nested */ */ INTO format FORMAT JSONEachRow {}", "-- format CSV\nINSERT /* FORMAT X /* nested */ */ INTO format ", "JSONEachRow", "{}")
	f("INSERT INTO values VALUES (1)", "INSERT INTO values ", "Values", " (1)")
	f("INSERT INTO TABLE `a`.\"format\" FORMAT CSV 1", "INSERT INTO TABLE `a`.\"format\" ", "CSV", "1")
	f("INSERT INTO FUNCTION null('x FORMAT y') FORMAT CSV 1", "INSERT INTO FUNCTION null('x FORMAT y') ", "CSV", "1")
	f("INSERT t VALUES (1)", "INSERT t ", "Values", " (1)")
}

func TestSplitLeavesOtherStatementsAlone(t *testing.T) {
	t.Parallel()
	f := func(text, statement string, multiple bool) {
		t.Helper()
		found := Split(text)
		require.False(t, found.TakesData, text)
		require.Equal(t, statement, found.Text)
		require.Equal(t, multiple, found.Multiple, text)
	}
	f("SELECT 1", "SELECT 1", false)
	f("SELECT 1;", "SELECT 1", false)
	f("SELECT 1 ; -- done\n;", "SELECT 1 ", false)
	f("SELECT ';' AS `;`, \";\" /* ; */ -- ;\n", "SELECT ';' AS `;`, \";\" /* ; */ -- ;\n", false)
	f("SELECT 1; SELECT 2", "SELECT 1", true)
	f("SELECT 1; DROP", "SELECT 1", true)
	f("SELECT 'it''s \\' ; '; x", "SELECT 'it''s \\' ; '", true)
	f("SELECT $a$ ; ' $a$", "SELECT $a$ ; ' $a$", false)
	f("INSERT INTO t SELECT 1 FORMAT Null", "INSERT INTO t SELECT 1 FORMAT Null", false)
	f("INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x; DROP TABLE t", "INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x", true)
	f("INSERT INTO t FROM INFILE 'x' FORMAT CSV", "INSERT INTO t FROM INFILE 'x' FORMAT CSV", false)
	f("INSERT INTO t", "INSERT INTO t", false)
	f("", "", false)
}

func TestSplitFindsTheFormatOfAResult(t *testing.T) {
	t.Parallel()
	f := func(text, format string) {
		t.Helper()
		require.Equal(t, format, Split(text).Format, text)
	}
	f("SELECT 1 FORMAT JSON", "JSON")
	f("SELECT 1 FORMAT JSON;", "JSON")
	f("SELECT 1 format Native SETTINGS max_threads = 1, x = 'FORMAT CSV'", "Native")
	f("SELECT 1 SETTINGS max_threads = 1 FORMAT CSV", "CSV")
	f("SELECT a AS format FROM t", "")
	f("SELECT 'FORMAT JSON'", "")
	f("SELECT * FROM (SELECT 1) -- FORMAT JSON", "")
	f("SHOW TABLES", "")
}

func TestSplitSaysWhenALiteralIsOpen(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"SELECT 'x", "SELECT `x", "SELECT /* x", "SELECT $$ x"} {
		require.True(t, Split(text).Open, text)
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{
		"INSERT INTO t FORMAT CSV\n1,2\n", "INSERT INTO a.b VALUES (1)", "SELECT 1; SELECT 2", "SELECT '\\", "/*", "$a$", "INSERT INTO t(", "--",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := Split(text)
		require.LessOrEqual(t, found.Data, len(text))
		require.True(t, strings.HasPrefix(text, found.Text))
		if found.TakesData {
			require.NotEmpty(t, found.Format)
			require.LessOrEqual(t, len(found.Text), found.Data)
		}
	})
}
