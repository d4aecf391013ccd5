package redact

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact/internal/madeup"
)

// The secrets of these tests: one of letters alone, one that looks like a
// password, one that looks random.
var (
	lettersSecret = "correct" + "horse"
	shortSecret   = "hunter" + "2x9"
	randomSecret  = madeup.Random(madeup.Alnum, 32, 71)
)

func TestSecretsInMarkupGo(t *testing.T) {
	f := goes(t)
	for _, form := range []string{
		`<wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/x#PasswordText">§</wsse:Password>`, `<wsse:Password Type='#PasswordText'>§</wsse:Password>`, `<password encrypted="false">§</password>`,
		`<password><![CDATA[§]]></password>`, `<p:password a="b"><![CDATA[§]]></p:password>`, "<key>Password</key>\n<string>§</string>", "<key>password</key><string>§</string>", `<Password xsi:type="xsd:string">§</Password>`,
		"<password >§</password >", "<Password>\n  §\n</Password>", `<entry key="password">§</entry>`, `<param name="password">§</param>`, `<property name="password"><value>§</value></property>`, `<name>password</name><value>§</value>`,
		`<add key="ApiKey" value="§"/>`, `<property name="password" value="§"/>`, `<user name="ada" password="§"/>`,
	} {
		f(form, shortSecret)
		if !strings.Contains(form, "value=") {
			f(form, lettersSecret)
		}
	}
	g := stays(t)
	for _, text := range []string{
		`<input type="password">Enter</input>`, `<label for="password">Password</label>`, `<key>Label</key><string>some text 1</string>`, `<a href="/reset-password">Forgot password?</a>`, `<password></password>`, `<xs:element name="password" type="xs:string"/>`,
		`<option value="token">Token</option>`,
	} {
		g(text)
	}
}

func TestSecretsInContainersGo(t *testing.T) {
	f := goes(t)
	for _, form := range []string{
		`{"password":["aaa1","§"]}`, `{"password":{"new":"§"}}`, `{"password":{"value":"§"}}`, `{"password":{"old":"aaa111","new":"§"}}`, `{\"password\":[\"aaa1\",\"§\"]}`,
		`url.Values{"password":[]string{"§"}}`, `http.Header{"X-Api-Key":[]string{"§"}}`, `{'password': u'§'}`, `{'password': b'§'}`, `{b'password': b'§'}`, `[(b'x-api-key', b'§')]`, `password=Some("§")`, `password: Some("§")`,
		`Config(password=SecretStr('§'))`, `Password:(*string)(0xc000012345) "§"`, `password=b'§'`, `["x-api-key","§"]`, `["Cookie","session=§"]`,
		`{\\\\\\\"password\\\\\\\":\\\\\\\"§\\\\\\\"}`, `{\\\\\\\"password\\\\\\\": \\\\\\\"§\\\\\\\"}`,
	} {
		f(form, randomSecret)
	}
	for _, form := range []string{
		`{"password":["aaa1","§"]}`, `{"password":{"new":"§"}}`, `url.Values{"password":[]string{"§"}}`, `{'password': u'§'}`, `password=Some("§")`, `{\\\\\\\"password\\\\\\\":\\\\\\\"§\\\\\\\"}`,
	} {
		f(form, lettersSecret)
	}
	g := stays(t)
	for _, text := range []string{
		`{"token":{"type":"Bearer","expires_in":3600}}`, `{"password":{"type":"string","minLength":8}}`, `{"password":[]}`, `{"password":{}}`, `password=getSecret("database")`, `token = os.getenv("API_TOKEN")`,
		`{"password":{"message":"is too short","code":"too_short"}}`, `secretKeyRef: {name: db, key: password}`, `{"secret":{"name":"db-credentials","namespace":"shop"}}`,
	} {
		g(text)
	}
}

func TestSecretsInPairsOfNameAndValueGo(t *testing.T) {
	f := goes(t)
	for _, form := range []string{
		`{"key":"db.password","value":{"stringValue":"§"}}`, `{"key": "db.password", "value": {"stringValue": "§"}}`, `{\"key\":\"db.password\",\"value\":{\"stringValue\":\"§\"}}`, `{"name":"DB_PASSWORD","valueFrom":null,"value":"§"}`,
		`{"value":"§","name":"DB_PASSWORD"}`, `{"value":{"stringValue":"§"},"key":"db.password"}`, `{Name:DB_PASSWORD Value:§ ValueFrom:nil}`, `{"Name":"DB_PASSWORD","Value":"§"}`,
	} {
		f(form, shortSecret)
		f(form, lettersSecret)
	}
	f("- value: §\n  name: DB_PASSWORD", shortSecret)
	f("env:\n- name: DB_PASSWORD\n  value: §\n", lettersSecret)
	f("- {name: DB_PASSWORD, value: §}", lettersSecret)
	f(`{"field":"password","value":"§"}`, lettersSecret)
	g := stays(t)
	for _, text := range []string{
		`{"key":"db.name","value":{"stringValue":"` + lettersSecret + `"}}`, `{"name":"DB_PASSWORD","valueFrom":{"secretKeyRef":{"name":"db"}}},{"name":"HOST","value":"db.example.com"}`, `[{"value":"x.example","name":"HOST"},{"name":"DB_PASSWORD"}]`,
	} {
		g(text)
	}
}

func TestSecretsInDSNsGo(t *testing.T) {
	f := goes(t)
	for _, form := range []string{
		"ada:§@tcp(db:3306)/shop", "DSN: ada:§@tcp(127.0.0.1:3306)/shop?parseTime=true", `dial error for "root:§@tcp(db:3306)/"`, "ada:§@unix(/var/run/x.sock)/db", "ada:§@10.0.0.5:22", "jdbc:oracle:thin:ada/§@//h:1521/x", "sqlplus ada/§@//h:1521/x",
		`parse "postgres://ada:pa#§@db:5432/x": invalid port ":pa" after host`, "postgres://ada:pa/§@db:5432/x", "postgres://ada:pa?§@db:5432/x", "postgres://ada:pa'§@db:5432/x", `postgres://ada:pa"§@db:5432/x`, "postgres://ada:pa<§@db:5432/x",
		"postgres://ada:pa>§@db:5432/x", "postgres://ada:pa`§@db:5432/x", `postgres://ada:pa\§@db:5432/x`, "postgres://ada:pa@§@db:5432/x",
	} {
		f(form, shortSecret)
		f(form, lettersSecret)
	}
	g := stays(t)
	for _, text := range []string{
		"http://host:8080/a@b/c", "https://registry.example.com:5000/team/image@sha256:abc", "http://host:8080/npm/@scope/pkg", "npm:react@18.2.0", "pkg:npm/foo@1.2.3", "https://cdn.example.net/npm/vue@3.4.21/dist/vue.js", "http://host:8080?x=@y", "see http://host:8080, ping @ada",
		"git:main@v1.2.3", "image:tag@sha256:0011", "user:ada@laptop", "GET http://localhost:{port}/npm/@scope/x",
	} {
		g(text)
	}
}

func TestAValueDoesNotStopAtItsOwnPunctuation(t *testing.T) {
	f := goes(t)
	for _, form := range []string{
		"password=Zq7xy)§", "password=Zq7xy]§", "password=Zq7xy}§", "password=Zq7xy,§", "password=Zq7xy;§", "password=Zq7xy&§", "password=Zq7xy\"§", "password=Zq7xy'§", "password=Zq7xy<§", "password=Zq7xy>§", "password=Zq7xy|§", "password=Zq7xy`§", `password=Zq7xy\§`,
		"DB_PASSWORD=a,b;§", "login user=ada password=x)§ from web",
	} {
		f(form, shortSecret)
	}
	e := mustNew(t, Config{})
	for text, want := range map[string]string{
		"f(password=Zq7xy1)": "f(password=<SECRET>)", "Login(user=ada, password=Zq7xy1, n=1)": "Login(user=ada, password=<SECRET>, n=1)", "Pwd=Zq7xy1;Database=x": "Pwd=<SECRET>;Database=x", "password=Zq7xy1&user=a": "password=<SECRET>&user=a",
		"{password=Zq7xy1}": "{password=<SECRET>}", `"password=Zq7xy1"`: `"password=<SECRET>"`, "password=Zq7xy1,user=a": "password=<SECRET>,user=a", "<b>password=Zq7xy1</b>": "<b>password=<SECRET></b>", "password=Zq7xy1|user=a": "password=<SECRET>|user=a",
		`{"a":"password=Zq7xy1","b":1}`: `{"a":"password=<SECRET>","b":1}`, `password=Zq7xy1\nnext line`: `password=<SECRET>\nnext line`, "password=Zq7xy1, then": "password=<SECRET>, then", "[password=Zq7xy1][x]": "[password=<SECRET>][x]",
		"{password:Zq7xy1,user:x}": "{password:<SECRET>,user:x}", "?password=Zq7xy1&b&c=d": "?password=<SECRET>&b&c=d",
	} {
		out, _ := e.String("", text)
		require.Equal(t, want, out)
	}
}

func TestAYAMLLineIsAnAssignment(t *testing.T) {
	f := goes(t)
	for _, form := range []string{"password: §", "DB_PASSWORD: §", "db:\n  user: ada\n  password: §\n  host: x", "password:\n  §", "password:\n  §\nnext: 1", "password: >-\n    §\n", "password: |\n  line one\n  §\nnext: 1", "DB_PASSWORD=my long §\nX=1", "export DB_PASSWORD=my §", "  password: §\n"} {
		f(form, lettersSecret)
	}
	g := stays(t)
	for _, text := range []string{
		"password: incorrect", "Error: password: mismatch", "password: must be longer", "password:\n  type: string", "password:\n  - too short", "errors:\n  password:\n    is too short", "password: string", "password:\n  required", "password: unchanged\nuser: ada",
		"password: accepted", "password: boolean", "field password: invalidated",
	} {
		g(text)
	}
}

func TestCommandsThatHoldSecrets(t *testing.T) {
	f := goes(t)
	for _, form := range []string{
		"curl -uada:§ https://x.example", "curl --user=ada:§ https://x.example", `["curl","-u","ada:§"]`, `curl -u "ada:§" https://x.example`, "sshpass -p §", "alter user ada identified by §", "sshpass -p '§' ssh x", "redis-cli -a §", "redis-cli -h r -a § ping", "docker login -u ada -p § r.example.com",
		"mysqldump -p'§' shop", "mysql -u root -p'§' shop", "CREATE USER ada IDENTIFIED BY '§'", "ALTER USER ada IDENTIFIED BY \"§\";", "CREATE USER ada IDENTIFIED WITH mysql_native_password BY '§'", "GRANT ALL ON x TO ada IDENTIFIED BY '§'",
	} {
		f(form, shortSecret)
	}
	for _, form := range []string{"CREATE USER ada IDENTIFIED BY '§'", "ALTER USER ada WITH PASSWORD '§'", "ALTER USER ada IDENTIFIED BY \"§\";", "curl --user=ada:§ https://x.example"} {
		f(form, lettersSecret)
	}
	e := mustNew(t, Config{})
	for _, text := range []string{"curl -uada:§ https://x.example", "curl --user=ada:§ https://x.example", "sshpass -p § ssh x", "redis-cli -a § ping", "mysqldump -p'§' shop", `curl -u "ada:§" x`} {
		out, _ := e.String("process.command_line", strings.ReplaceAll(text, "§", lettersSecret))
		require.NotContains(t, out, lettersSecret)
	}
	g := stays(t)
	for _, text := range []string{"docker run -p 8080:80 nginx", "mkdir -p /var/lib/app2024build", "grep -u build20240506x log", "create user ada identified by the token", "ALTER TABLE orders ADD COLUMN x", "ssh -p 2222 host2024abcd"} {
		g(text)
	}
}

func TestHostileFormsTakeLinearTime(t *testing.T) {
	e := mustNew(t, Config{})
	for _, unit := range []string{
		`<password a="`, `<a b="c">`, `"password":{`, `"password":[`, `"value":`, `{"name":"password","value":{`, "a:b@", "a/b@", "x://a:b#", "password=a)", "secret=env.x)", "auth=a)b", "auth=a,", "password:\n  a", "create user ", "-p a1234567 ", "-uada:", "identified by ", `"value":"x",`,
		"password=Some(", "password=[]string{", `<key>password</key>`, "<password><![CDATA[", `token:{"a":"`,
	} {
		text := strings.Repeat(unit, 400_000/len(unit))
		began := time.Now()
		_ = e.Find("", text)
		require.Less(t, time.Since(began), 2*time.Second, unit)
	}
}
