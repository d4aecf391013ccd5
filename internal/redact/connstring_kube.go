package redact

import "strings"

// isDataWord knows the keys of a Secret of Kubernetes that hold its values.
func isDataWord(key string) bool {
	return endsFold(key, "data") && (atBoundary(key, len(key)-len("data")) || hasSuffixWord(key, "stringData"))
}

// kubernetesData reads the values of a Secret of Kubernetes behind its key data
// or stringData, whose separator is at i: whatever their names are, all go.
func (sc *scanner) kubernetesData(keyEnd, i int) (hit, bool) {
	s := sc.s
	if s[i] != ':' || !sc.e.enabled[detKeyedSecret] {
		return hit{}, false
	}
	if c := byteAt(s, i+1+indentOf(s[i+1:])); c != '{' && c != '\n' || !sc.inSecretManifest() {
		return hit{}, false
	}
	from, to := blockOfData(s, keyEnd, i+1)
	if from >= to || sc.e.settled(s[from:to]) {
		return hit{}, false
	}
	return hit{from, to, detKeyedSecret}, true
}

// inSecretManifest is isSecretManifest, asked once for a text.
func (sc *scanner) inSecretManifest() bool {
	if sc.manifest == 0 {
		sc.manifest = 1
		if isSecretManifest(sc.s) {
			sc.manifest = 2
		}
	}
	return sc.manifest == 2
}

// isSecretManifest looks for kind: Secret, in YAML or JSON.
func isSecretManifest(s string) bool {
	if !strings.Contains(s, "Secret") { // which has a rarer letter than kind
		return false
	}
	for rest := s; ; {
		i := strings.Index(rest, "kind")
		if i < 0 {
			return false
		}
		rest = strings.TrimLeft(rest[i+len("kind"):], "\\\": ")
		if strings.HasPrefix(rest, "Secret") && !isWord(byteAt(rest, len("Secret"))) {
			return true
		}
	}
}

// blockOfData is what the key that ends at keyEnd holds: what stands between
// braces, or the lines below that are indented more.
func blockOfData(s string, keyEnd, i int) (from, to int) {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if byteAt(s, i) == '{' {
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			return i + 1, len(s)
		}
		return i + 1, i + end
	}
	if byteAt(s, i) != '\n' {
		return 0, 0
	}
	line := strings.LastIndexByte(s[:keyEnd], '\n') + 1
	indent := indentOf(s[line:])
	from, to = i+1+indentOf(s[i+1:]), i+1
	for at := i + 1; at < len(s) && (s[at] == '\n' || indentOf(s[at:]) > indent); {
		next := strings.IndexByte(s[at:], '\n')
		if next < 0 {
			return from, len(s)
		}
		to = at + next
		at = to + 1
	}
	return from, to
}

func indentOf(line string) int {
	return len(line) - len(strings.TrimLeft(line, " "))
}
