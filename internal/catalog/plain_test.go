package catalog

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestThePlainParserReadsWhatCatalogsAreWrittenIn(t *testing.T) {
	written, err := os.ReadFile(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	for _, text := range []string{
		string(written),
		"version: 1\n",
		"version: 1 # the only one\n\n# nothing else\n",
		"a:\n- b\n- c: d\n  e: f\ng:\n",
		"a:\n  - - b\n    - c\n  -\n    d: e\n  -\n",
		"a: {b: [c, {d: e}], f: {}, g: []}\n",
		"a: http://x/y?z#w\nb: it's\nc: v1:00aa\nd: 2001:db8::1\n",
		"a: [2001:db8::/32, x y , 'z']\n",
		"a: ~\nb: null\nc: \"null\"\n",
		"a: 'Straße' # Grüße 👍\n",
		"a:\n  - b: |\n      c: [\n\n      # d\n    e: f\n  - g: it is\n      long # and ends here\n  # h\n\n  - \"i\\n\"\nj: k\n",
		"a:\n- &x {b: c}\n- {<<: {d: e}, f: 'it''s'}\n",
		"a:\n- b: &x c\n  d: *x\n- e\n",
	} {
		require.NotNil(t, parsePlain([]byte(text)), text)
		requireSameNodes(t, text)
	}
}

func TestThePlainParserLeavesEverythingElseToTheLibrary(t *testing.T) {
	for _, text := range []string{
		"", "# nothing\n", "text", "[a]", "- a\nb: c", " a: b\nc: d",
		"a: &x b\nc: *x", "a: {<<: b}", "<<: a", "a: <<", "- <<", "a: [<<]", "a: !!str b", "a: |\n  b", "a: >\n  b", "? a\n: b", "%YAML 1.2\n---\na: b",
		"---\na: b", "a: b\n---\nc: d", "a: b\n...", "a:\tb", "a: b\r\n", "\ufeffa: b", "a: b # \u2028", "a: \x01", "a: \xff",
		"a: b: c", "a: b:", "a: b\n  c", "a: [b\n]", "a: [b", "a: [b]c", "a: [b, ]", "a: [b: c]", "a: {b}", "a: {b: }", "a: {b:c}", "a: [b:]", "a: [b #]",
		`a: "b\n"`, "a: 'b''c'", `a: "b`, `a: "b"c`, `a: "b"#c`, "a: -1", "a: @b", "a: ,b", "a:b", "a b: c", "1: a",
		"a:\n  b: c\n d: e", "a:\n  - b\n c: d", "a: b\n- c", "- a\n  - b",
		"a:\n- &x b\n- *x", "a:\n- 'b\n- c'\n", "a:\n- [b\n- c]\n", "a:\n- {b: c\n\n",
		strings.Repeat("[", 20) + strings.Repeat("]", 20), "a: " + strings.Repeat("[", 20) + strings.Repeat("]", 20),
	} {
		require.Nil(t, parsePlain([]byte(text)), "%q", text)
	}
}

func TestBothParsersGiveTheSameNodes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	written, err := os.ReadFile(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	plain := 0
	for range 3000 {
		text := damaged(random, string(written))
		if parsePlain([]byte(text)) != nil {
			plain++
			requireSameNodes(t, text)
		}
	}
	require.Greater(t, plain, 300, "too few texts that the plain parser reads")
}

// damaged returns text with a few pieces of it removed, moved or replaced.
func damaged(random *rand.Rand, text string) string {
	pieces := []string{"\n", " ", "  ", "- ", ": ", ":", "#", " #", "[", "]", "{", "}", ", ", "\"", "'", "a", "~", "|", "&a ", "*a", "?", "-", "\n\n", "\n  "}
	for range 1 + random.IntN(3) {
		from := random.IntN(len(text))
		to := min(len(text), from+random.IntN(4))
		text = text[:from] + pieces[random.IntN(len(pieces))] + text[to:]
	}
	return text
}

func FuzzPlain(f *testing.F) {
	written, err := os.ReadFile(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(f, err)
	f.Add(string(written))
	f.Add("a:\n- b\n- c: d\n")
	f.Add("a: {b: [c, {d: e}], f: {}}")
	f.Fuzz(requireSameNodes)
}

// requireSameNodes fails if the plain parser reads a text in another way than
// the library.
func requireSameNodes(t *testing.T, text string) {
	plain := parsePlain([]byte(text))
	if plain == nil {
		return
	}
	root, problem := parseAny([]byte(text))
	require.Nil(t, problem, "%q", text)
	library := (&converter{known: map[*yaml.Node]*node{}}).convert(root)
	require.Equal(t, dump(library), dump(plain), "%q", text)
}

// dump writes a node and all below it, a line each.
func dump(n *node) string {
	var b strings.Builder
	var write func(n *node, depth int)
	write = func(n *node, depth int) {
		value := n.value
		if n.shape == shapeNull {
			value = "" // the library has its own words for it
		}
		fmt.Fprintf(&b, "%*s%d:%d %d %q\n", depth, "", n.line, n.shape, n.count, value)
		if n.shape == shapeAlias { // it may stand for what it is in
			fmt.Fprintf(&b, "%*s→ %d\n", depth, "", n.first.line)
			return
		}
		for child := n.first; child != nil; child = child.next {
			write(child, depth+1)
		}
	}
	write(n, 0)
	return b.String()
}
