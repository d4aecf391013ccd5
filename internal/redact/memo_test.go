package redact

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// cleanTexts and dirtyTexts are longer than memoLeast.
var (
	cleanTexts = []string{"/v1/orders/{id}", "api.example.com", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
	dirtyTexts = []string{"ada.lovelace@example.com", "card " + card}
)

func TestAValueThatWasCleanIsCleanAgain(t *testing.T) {
	e := mustNew(t, Config{})
	for range 3 {
		for _, text := range cleanTexts {
			out, changed := e.String("note", text)
			require.Equal(t, text, out)
			require.False(t, changed)
		}
	}
}

func TestAValueThatWasDirtyIsDirtyAgain(t *testing.T) {
	e := mustNew(t, Config{})
	for range 3 {
		for _, text := range dirtyTexts {
			out, matches := e.Redact("note", text)
			require.NotEqual(t, text, out)
			require.Len(t, matches, 1)
		}
	}
}

// The rest of these tests would hold without a memo: this one shows that it is
// asked, and that what one key or engine has seen says nothing about another.
func TestWhatIsRememberedIsOfOneKeyAndOneEngine(t *testing.T) {
	p, err := NewPolicy(PolicyConfig{Config: Config{}, Rules: []Rule{{Connectors: []string{"crm"}}}})
	require.NoError(t, err)
	base, other := p.For(Scope{}), p.For(Scope{Connector: "crm"})
	text := dirtyTexts[0]
	base.clean.add(base.clean.hash(base.number, "note", text))
	_, changed := base.String("note", text)
	require.False(t, changed, "the memo was not asked")
	_, changed = base.String("comment", text)
	require.True(t, changed, "another key")
	_, changed = other.String("note", text)
	require.True(t, changed, "another engine")
}

func TestManyMayRememberAtOnce(t *testing.T) {
	e := mustNew(t, Config{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				for _, text := range cleanTexts {
					e.String("", text)
				}
				for _, text := range dirtyTexts {
					if _, changed := e.String("", text); !changed {
						t.Error("missed", text)
					}
				}
			}
		})
	}
	group.Wait()
}
