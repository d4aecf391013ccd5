package redact

import "strings"

// shellSecrets are the options, by program, whose value is a secret although
// their name does not say so. A name that ends in = or stands together with its
// value is a prefix: mysql -psecret.
var shellSecrets = func() map[string][]shellOption {
	options := map[string][]shellOption{}
	add := func(programs string, names ...shellOption) {
		for _, program := range strings.Fields(programs) {
			options[program] = append(options[program], names...)
		}
	}
	add("mysql mysqldump mysqladmin mysqlimport mysqlsh mariadb mariadb-dump mariadb-admin", shellOption{name: "-p", joined: true})
	add("sshpass", shellOption{name: "-p"}, shellOption{name: "-p", joined: true})
	add("docker podman nerdctl helm az oc mongo mongosh mongodump mongorestore cqlsh isql cf heroku", shellOption{name: "-p"})
	add("redis-cli valkey-cli", shellOption{name: "-a"})
	add("curl wget http https", shellOption{name: "-u"}, shellOption{name: "-u", joined: true}, shellOption{name: "--user"}, shellOption{name: "-U"}, shellOption{name: "--proxy-user"}, shellOption{name: "-b"}, shellOption{name: "--cookie"}, shellOption{name: "-a"})
	add("ldapsearch ldapmodify ldapadd ldapwhoami ldapdelete", shellOption{name: "-w"})
	add("sqlcmd bcp sqlplus expect", shellOption{name: "-P"})
	add("zip unzip plink pscp psftp", shellOption{name: "-P"}, shellOption{name: "-pw"})
	add("7z 7za 7zz rar unrar", shellOption{name: "-p", joined: true})
	add("smbclient rpcclient net", shellOption{name: "-U"}, shellOption{name: "--user"})
	add("openssl", shellOption{name: "-passin"}, shellOption{name: "-passout"}, shellOption{name: "-pass"}, shellOption{name: "-k"}, shellOption{name: "-K"})
	add("keytool jarsigner", shellOption{name: "-storepass"}, shellOption{name: "-keypass"}, shellOption{name: "-srcstorepass"}, shellOption{name: "-deststorepass"})
	add("gpg gpg2", shellOption{name: "--passphrase"})
	add("htpasswd", shellOption{name: "-b"})
	add("chpasswd passwd", shellOption{name: "-p"})
	add("useradd usermod", shellOption{name: "-p"})
	return options
}()

type shellOption struct {
	name   string
	joined bool // the value follows without a space
}

// shell takes out the values of options that only their program knows to be
// secret; what --password and PASSWORD= say is found everywhere.
func (l *lexer) shell() {
	var options []shellOption
	first := true // the next word is a program
	secret, program := false, ""
	for i := 0; i < len(l.s); {
		from, to := redisWord(l.s, i, len(l.s))
		if from == to {
			break
		}
		i = to
		word := l.s[from:to]
		switch {
		case secret:
			l.secretOption(from, to)
			secret, first = false, program == "sshpass" // which runs another
		case word == "|" || word == "&&" || word == "||" || word == ";" || word == "\n":
			first = true
		case first:
			program = programName(word)
			options = shellSecrets[program]
			first = len(options) == 0 && isWrapper(word)
		default:
			secret = l.shellOption(options, from, to)
			first = !secret && program == "sshpass" && word[0] == '-'
		}
	}
}

// shellOption reads one word behind a program and reports whether the next one
// is a secret.
func (l *lexer) shellOption(options []shellOption, from, to int) (next bool) {
	word := l.s[from:to]
	for _, o := range options {
		switch {
		case word == o.name:
			next = next || !o.joined
		case strings.HasPrefix(word, o.name) && (o.joined || word[len(o.name)] == '='):
			at := from + len(o.name)
			if l.s[at] == '=' {
				at++
			}
			l.secretOption(at, to)
			return false
		}
	}
	return next
}

// secretOption notes a secret, without the quotes around it.
func (l *lexer) secretOption(from, to int) {
	if to-from > 1 && (l.s[from] == '"' || l.s[from] == '\'') && l.s[to-1] == l.s[from] {
		from, to = from+1, to-1
	}
	value := l.s[from:to]
	if value == "" || l.e.settled(value) || isReference(value) {
		return
	}
	l.hits = append(l.hits, hit{from, to, detKeyedSecret})
}

// programName is the file name of a path.
func programName(word string) string {
	word = strings.Trim(word, `"'`)
	if i := strings.LastIndexAny(word, `/\`); i >= 0 {
		word = word[i+1:]
	}
	return strings.TrimSuffix(word, ".exe")
}

// isWrapper knows what stands before a program: sudo, env, PGUSER=x.
func isWrapper(word string) bool {
	switch programName(word) {
	case "sudo", "env", "nohup", "time", "exec", "nice", "sh", "bash", "-c", "-lc", "xargs", "timeout", "doas":
		return true
	}
	return strings.Contains(word, "=")
}
