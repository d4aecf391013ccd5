package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// lookUp is what Collect does for each attribute of a record.
func lookUp(t *keyTable, key string) *attribute {
	a := t.chain(key)
	for a != nil && a.key != key {
		a = a.next
	}
	return a
}

func TestEveryKeyIsFoundByItself(t *testing.T) {
	list := newAttributeList()
	list.addClaims([]string{"groups", claimActor})
	list.addHeaders([]string{"X-Connector-Id", "k"}, Header, func(a *attribute, by *lookup) { a.header = by })
	table := list.table()
	require.Greater(t, len(list), 70)
	for key, a := range list {
		require.Same(t, a, lookUp(table, key))
		require.Nil(t, lookUp(table, key+"x"))
		require.Nil(t, lookUp(table, "x"+key))
		require.Nil(t, lookUp(table, key[1:]), "the end of %s", key)
	}
	for _, key := range []string{"", "u", "user.ix", "urer.id"} {
		require.Nil(t, lookUp(table, key), key)
	}
}

func TestKeysOfOneChainAreToldApart(t *testing.T) {
	one, other := "http.request.header.one-and-the-same", "http.request.header.two-and-the-same"
	require.Equal(t, hashKey(one), hashKey(other))
	var table keyTable
	table.add(&attribute{key: one})
	table.add(&attribute{key: other})
	require.Equal(t, one, lookUp(&table, one).key)
	require.Equal(t, other, lookUp(&table, other).key)
}

// A record with nothing else is not looked at any further.
func TestTheseAttributesSayNobody(t *testing.T) {
	var nobody []string
	list := newAttributeList()
	list.table()
	for key, a := range list {
		if a.marks&marksSignal == 0 {
			nobody = append(nobody, key)
		}
	}
	require.ElementsMatch(t, []string{
		"http.request.method", "http.method", "rpc.method", "mcp.method.name", "gen_ai.tool.name",
		"http.route", "url.template", "url.path", "url.full", "http.target", "http.url",
		"server.address", "net.host.name", "http.host", "user.id", "enduser.id",
	}, nobody)
}
