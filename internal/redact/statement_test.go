package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// statement is what becomes of the literals alone, of a statement of a system.
func statement(t *testing.T, e *Engine, key, system, text string) string {
	t.Helper()
	hits := e.tidy(text, e.statementHits(key, system, text, nil))
	return e.replace(text, hits, e.matches(hits))
}

func TestStatementsLoseTheirLiterals(t *testing.T) {
	e := mustNew(t, Config{})
	var key, system string
	f := func(in, want string) {
		t.Helper()
		got := statement(t, e, key, system, in)
		require.Equal(t, want, got)
		require.Equal(t, want, statement(t, e, key, system, got), "twice")
	}

	key = "db.query.text"
	f("SELECT * FROM t WHERE a = 'x' AND b=5", "SELECT * FROM t WHERE a = ? AND b=?")
	f("select a1, b2 from t3 where c in (1, 2,3) and d in ('x') limit 10", "select a1, b2 from t3 where c in (?) and d in (?) limit ?")
	f("SELECT * FROM t WHERE a IN (?, ?, ?) AND b = $1 AND c = :name AND d = @p1", "SELECT * FROM t WHERE a IN (?, ?, ?) AND b = $1 AND c = :name AND d = @p1")
	f("INSERT INTO users (name, age) VALUES ('Ada', 36), ('Bob', 4.5e-3)", "INSERT INTO users (name, age) VALUES (?, ?), (?, ?)")
	f(`INSERT INTO "users" ("name", "age") VALUES ("Ada", "36")`, `INSERT INTO "users" ("name", "age") VALUES (?, ?)`)
	f("WHERE name = 'O''Brien' AND x = N'y' AND z = E'a\\'b'", "WHERE name = ? AND x = ? AND z = ?")
	f(`SELECT "u"."id", "n" FROM "users" "u" WHERE "u"."mail" = "x@y"`, `SELECT "u"."id", "n" FROM "users" "u" WHERE "u"."mail" = ?`)
	f("SELECT `a`, [b] FROM `t 2` WHERE c LIKE '%z%' -- by ada\nAND d = 1", "SELECT `a`, [b] FROM `t 2` WHERE c LIKE ? -- ?\nAND d = ?")
	f("SELECT /* from 10.0.0.1 */ /*+ INDEX(t 5) */ 1 /* open", "SELECT /* ? */ /*+ INDEX(t ?) */ ? /* ?")
	f("SELECT $$it's$$, $q$ a $$ b $q$, x::int FROM t", "SELECT ?, ?, x::int FROM t")
	f("UPDATE t SET a='unclosed, b=5", "UPDATE t SET a=?")
	f("SELECT * FROM k.t WHERE id = 550e8400-e29b-41d4-a716-446655440000 AND m = {'a':1, 'b':2}", "SELECT * FROM k.t WHERE id = ? AND m = {?:?, ?:?}")
	f("SELECT 0xDEADbeef, .5, -1, TRUE, NULL, DATE '2024-01-01'", "SELECT ?, ?, -?, TRUE, NULL, DATE ?")
	f("(SELECT a FROM t WHERE b = 'x')", "(SELECT a FROM t WHERE b = ?)")
	f("exec sp_who 'ada', @x = 3", "exec sp_who ?, @x = ?")
	f("set names = 'x'", "set names = ?")
	f("", "")

	// a backslash before a quote: what one reading makes whole is taken, and when
	// both or none do, all between the first and the last quote goes
	f(`SELECT 'O\'Brien', 5`, `SELECT ?, ?`)
	f(`WHERE p = 'C:\' AND name = 'secret'`, `WHERE p = ? AND name = ?`)
	f(`a = 'x\' b = 'y' c = \'z' AND d = 5`, `a = ? AND d = ?`)
	system = "mysql"
	f(`WHERE n = "O\"Brien" # ada`, `WHERE n = ? # ?`)
	system = "postgresql"
	f(`SELECT "full name" FROM t WHERE a = 'C:\'`, `SELECT "full name" FROM t WHERE a = ?`)

	system = ""
	f(`{"find":"users","filter":{"name":"Ada","age":{"$gt":36}},"$db":"shop"}`, `{"find":"users","filter":{"name":"?","age":{"$gt":?}},"$db":"shop"}`)
	f(`{"find":"users; drop","filter":{}}`, `{"find":"?","filter":{}}`)
	f(`db.users.find({name: 'Ada', "on": true, id: ObjectId("65f0"), n: [1, "a"], r: /ad+a/i})`, `db.users.find({name: '?', "on": true, id: ObjectId("?"), n: [?, "?"], r: ?})`)
	f(`[{"$match":{"a":"b\"c"}},{"$lookup":{"from":"orders","x":null}}]`, `[{"$match":{"a":"?"}},{"$lookup":{"from":"orders","x":null}}]`)
	f(`{"a":"unclosed`, `{"a":"?`)
	f(`{name=Ada Lovelace, age=36, tags=[x, y]}`, `{name=?, age=?, tags=[?, ?]}`)

	f("SET user:42:cart secret EX 60", "SET user:? ? EX ?")
	f("GET sessions", "GET sessions")
	f("get session:ab12", "get session:?")
	f("AUTH ada hunter2", "AUTH ? ?")
	f("CONFIG SET requirepass hunter2", "CONFIG SET ? ?")
	f("HMSET h:1 name 'Ada L' age 36", "HMSET h:? ? ? ? ?")
	f("EVAL \"return 1\" 1 user:7 x", "EVAL ? ? user:? x")
	f("XGROUP CREATE stream:1 g $", "XGROUP CREATE stream:? ? ?")
	f("MULTI\nDEL a:1 b:2\nEXEC", "MULTI\nDEL a:? b:?\nEXEC")
	f("HGETALL ?", "HGETALL ?")

	key = "graphql.document"
	f(`query Q($id: ID!) { user(id: $id, name: "Ada", n: 3, on: true) { id } } # by ada`, `query Q($id: ID!) { user(id: $id, name: ?, n: ?, on: true) { id } } # ?`)
	f(`{ a(b: """block "x" text""") }`, `{ a(b: ?) }`)
	key = "graphql.variables"
	f(`{"id":"7","input":{"name":"Ada","ok":true}}`, `{"id":"?","input":{"name":"?","ok":true}}`)
	key = "db.query.parameter.name"
	f("Ada", "?")

	key = "process.command_line"
	f("/usr/bin/mysql -uroot -phunter2 shop", "/usr/bin/mysql -uroot -p<SECRET> shop")
	f("sudo sshpass -p 'a b' ssh host -p 22", "sudo sshpass -p '<SECRET>' ssh host -p 22")
	f("curl -u ada:pw https://x | grep -u 1", "curl -u <SECRET> https://x | grep -u 1")
	f("redis-cli -h h -a ${PASS} ping", "redis-cli -h h -a ${PASS} ping")
	f("grep -p 5 file", "grep -p 5 file")
}

func TestStatementKeysAreThoseOfTheConventions(t *testing.T) {
	for _, key := range []string{"db.query.text", "db.statement", "graphql.document", "process.command_line", "db.query.parameter.0"} {
		require.True(t, isStatementKey(key), key)
	}
	for _, key := range []string{"", "db.query.summary", "db.namespace", "message", "process.command", "graphql.operation.name", "db.query.texts"} {
		require.False(t, isStatementKey(key), key)
	}
}

func TestDetectorsNameWhatTheyKnowInAStatement(t *testing.T) {
	e := mustNew(t, Config{})
	out, matches := e.Redact("db.query.text", "SELECT * FROM t WHERE mail = 'ada@example.com' AND n = 7")
	require.Equal(t, "SELECT * FROM t WHERE mail = <EMAIL> AND n = ?", out)
	require.Equal(t, []string{"email", "statement_literal"}, []string{matches[0].Detector, matches[1].Detector})
	off := mustNew(t, Config{Statements: "off"})
	out, _ = off.String("db.query.text", "SELECT 'x', 7")
	require.Equal(t, "SELECT 'x', 7", out)
}

// FuzzStatement asks that no planted literal survives in any language of a
// statement, and that twice gives what once gave.
func FuzzStatement(f *testing.F) {
	f.Add("SELECT * FROM t WHERE a = ", " AND b = 5", uint8(0))
	f.Add(`{"find":"t","filter":{"a":`, "}}", uint8(1))
	f.Add("SET k:1 ", " EX 5", uint8(2))
	f.Add(`query { a(b: `, ") }", uint8(3))
	f.Add(`a = 'x\' b = `, " $$ \" ` /* -- '", uint8(4))
	e := mustNew(f, Config{})
	keys := []string{"db.query.text", "db.statement", "graphql.document", "graphql.variables", "process.command_line", "db.query.parameter.x"}
	f.Fuzz(func(t *testing.T, before, after string, kind uint8) {
		if len(before)+len(after) > 2048 {
			return
		}
		key := keys[int(kind)%len(keys)]
		for _, text := range []string{before + after, before + " '" + "Zq9 Wv8" + "' " + after} {
			once, _ := e.String(key, text)
			twice, changed := e.String(key, once)
			require.False(t, changed, "%q became %q, then %q", text, once, twice)
		}
		// behind a statement that is whole, a string literal always goes
		if key == "db.query.text" && !strings.ContainsAny(before, "'\"`$/-#\\") && strings.HasPrefix(before, "SELECT ") {
			out, _ := e.String(key, before+" '"+"Zq9 Wv8"+"' ")
			require.NotContains(t, out, "Zq9 Wv8")
		}
	})
}
