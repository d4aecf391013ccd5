package redact

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTruncatedAddresses(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		r := &replacer{action: ActionTruncateIP, placeholder: "<IP>"}
		got := string(new(Engine).put(nil, r, in, new(Match)))
		require.Equal(t, want, got)
		require.Equal(t, want != "<IP>", r.keeps(got), "it is settled under this action: %s", got)
		require.False(t, (&replacer{action: ActionPlaceholder}).keeps(got))
	}
	f("203.0.113.42", "203.0.113.0")
	f("203.0.113.0", "203.0.113.0")
	f("2001:db8:1:2::5", "2001:db8:1::")
	f("2001:DB8:0001:2:0:0:0:5", "2001:db8:1::")
	f("fe80::1%eth0", "fe80::")
	f("::ffff:203.0.113.42", "203.0.113.0")
	f("203.0.113.420", "<IP>")
	f("", "<IP>")
}
