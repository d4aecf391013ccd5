package redactprocessor

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"google.golang.org/protobuf/encoding/protowire"
)

func message(fields ...[]byte) []byte { return bytes.Join(fields, nil) }

func field(n protowire.Number, payload []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, n, protowire.BytesType), payload)
}

func number(n protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), value)
}

// A password that no detector knows by its looks stands in the string table;
// only the key of the attribute that refers to it tells what it is.
func TestAStringIsRedactedForTheAttributesThatReferToIt(t *testing.T) {
	const password = "correct horse"
	dictionary := func(attributes ...[]byte) []byte {
		table := [][]byte{field(5, nil), field(5, []byte("db.password")), field(5, []byte(password)), field(5, []byte("main.serve"))}
		return field(2, message(append(table, attributes...)...))
	}
	f := func(name string, wire []byte) {
		t.Helper()
		pd, err := new(pprofile.ProtoUnmarshaler).UnmarshalProfiles(wire)
		require.NoError(t, err, name)
		pd, err = newTestRedactor(t, nil).processProfiles(context.Background(), pd)
		require.NoError(t, err, name)
		out, err := new(pprofile.ProtoMarshaler).MarshalProfiles(pd)
		require.NoError(t, err, name)
		require.NotContains(t, string(out), password, name)
		require.Contains(t, string(out), "<SECRET>", name)
		require.Contains(t, string(out), "main.serve", name)
	}
	key, reference := number(1, 1), number(8, 2)
	f("value", dictionary(field(6, message(key, field(2, field(1, []byte(password)))))))
	f("reference", dictionary(field(6, message(key, field(2, reference)))))
	f("reference in a list", dictionary(field(6, message(key, field(2, field(5, field(1, reference)))))))
	f("reference in a map, under a reference to its key",
		dictionary(field(6, message(number(1, 3), field(2, field(6, field(1, message(number(3, 1), field(2, reference)))))))))
	f("reference in a resource", message(field(1, field(1, field(1, message(number(3, 1), field(2, reference))))), dictionary()))
}

func TestTheOriginalPayloadIsDroppedAndCounted(t *testing.T) {
	r := observed(t, nil)
	pd := newProfiles()
	profile := pd.ResourceProfiles().At(0).ScopeProfiles().At(0).Profiles().At(0)
	profile.SetOriginalPayloadFormat("pprof")
	profile.OriginalPayload().FromRaw([]byte{0x1f, 0x8b, 8})
	_, err := r.processProfiles(context.Background(), pd)
	require.NoError(t, err)
	require.Zero(t, profile.OriginalPayload().Len())
	require.Empty(t, profile.OriginalPayloadFormat())
	require.Equal(t, map[string]int64{"profile_payload opaque": 1}, r.sums(t, "otelcol_processor_redact_failures", "place", "reason"))
}

func TestProfilesKeepTheirTables(t *testing.T) {
	pd := newProfiles()
	d := pd.Dictionary()
	d.StringTable().Append("cpu", "ada@b.example", "cpu")
	tableAttribute(pd, "thread.id").SetInt(7)
	tableAttribute(pd, "empty")
	_, err := newTestRedactor(t, nil).processProfiles(context.Background(), pd)
	require.NoError(t, err)
	require.Equal(t, []string{"", "cpu", "<EMAIL>", "cpu", "thread.id", "empty"}, d.StringTable().AsRaw(), "indexes stay")
	require.Equal(t, int64(7), d.AttributeTable().At(0).Value().Int())
}
