package audit_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/lowcode"
)

// goldenDigest was made by the first version of the form.
const goldenDigest = "c3ce8e067afdc5a2388a093b2ae6c031d2c34111194d4f6446f5126659ef91e2"

func sampleEvent() audit.Event {
	e := audit.Event{
		Timestamp: 1, ReceivedAt: 2, Severity: 9, Vouched: true, TraceID: [16]byte{1}, SpanID: [8]byte{2},
		Attributes: []audit.Attribute{{Key: "k", Value: "v"}, {Key: "k2", Value: "v2"}},
	}
	for i, text := range e.Texts() {
		*text = strings.Repeat("x", i)
	}
	return e
}

func TestTheDigestIsWhatItWasInEarlierVersions(t *testing.T) {
	e := sampleEvent()
	require.Equal(t, goldenDigest, new(audit.Hasher).Digest([16]byte{5}, &e).String())
}

func TestEveryFieldOfAnEventIsInItsDigest(t *testing.T) {
	salt := [16]byte{5}
	digest := func(e audit.Event) audit.Sum { return new(audit.Hasher).Digest(salt, &e) }
	whole := digest(sampleEvent())
	fields := reflect.TypeFor[audit.Event]()
	for i := range fields.NumField() {
		e := sampleEvent()
		field := reflect.ValueOf(&e).Elem().Field(i)
		require.False(t, field.IsZero() && i > 4, fields.Field(i).Name)
		field.SetZero()
		if fields.Field(i).Name == "ID" {
			e.ID = "another" // the first text is empty in the sample
		}
		require.NotEqual(t, whole, digest(e), fields.Field(i).Name)
	}
	e := sampleEvent()
	require.NotEqual(t, whole, new(audit.Hasher).Digest([16]byte{6}, &e), "the salt")
}

func TestTextMovedFromOneFieldToTheNextChangesTheDigest(t *testing.T) {
	a, b := audit.Event{Actor: "ab"}, audit.Event{Actor: "a", Approver: "b"}
	require.NotEqual(t, new(audit.Hasher).Digest([16]byte{}, &a), new(audit.Hasher).Digest([16]byte{}, &b))
	a = audit.Event{Attributes: []audit.Attribute{{Key: "ab", Value: "c"}}}
	b = audit.Event{Attributes: []audit.Attribute{{Key: "a", Value: "bc"}}}
	require.NotEqual(t, new(audit.Hasher).Digest([16]byte{}, &a), new(audit.Hasher).Digest([16]byte{}, &b))
}

func TestTheOrderOfAttributesDoesNotMatterAndTheirNumberDoes(t *testing.T) {
	digest := func(attributes ...audit.Attribute) audit.Sum {
		return new(audit.Hasher).Digest([16]byte{}, &audit.Event{Attributes: attributes})
	}
	x, y := audit.Attribute{Key: "k", Value: "1"}, audit.Attribute{Key: "k", Value: "2"}
	require.Equal(t, digest(x, y), digest(y, x))
	require.NotEqual(t, digest(x, y), digest(x))
	require.NotEqual(t, digest(x, y), digest(x, x))
}

func TestContentIDIsTheSameAtAnyCollectorAndTime(t *testing.T) {
	var h audit.Hasher
	e := sampleEvent()
	id := h.ContentID(&e)
	require.Regexp(t, "^content:[0-9a-f]{32}$", id)
	e.Source, e.ReceivedAt, e.ID = "another", 99, "given"
	require.Equal(t, id, h.ContentID(&e))
	require.Equal(t, "given", e.ID)
	e.Object = "another"
	require.NotEqual(t, id, h.ContentID(&e))
}

func TestEventsAreKnownByName(t *testing.T) {
	require.True(t, audit.IsEvent("lowcode.policy.denied"))
	require.Equal(t, "policy.denied", audit.Kind(lowcode.EventPolicyDenied))
	require.Equal(t, "deny", audit.DecisionOf(lowcode.EventPolicyDenied))
	for _, other := range []string{"", "lowcode.", "lowcode.finding", "policy.denied", "lowcode.policy.deniedx"} {
		require.False(t, audit.IsEvent(other), other)
	}
}

func TestEveryFieldOfAStatementIsSigned(t *testing.T) {
	whole := func() audit.Statement {
		s := audit.Statement{
			Source: "s", Number: 1, Previous: audit.Sum{1}, At: 2, Kind: audit.Erasure, Seq: 3, Head: audit.Sum{4}, Segment: audit.SegmentID{5},
			EventDays: 6, ChainDays: 7, Target: "t", Seqs: []uint64{8, 9}, Receipt: "r",
		}
		s.Sign(key)
		return s
	}
	s := whole()
	require.True(t, s.Signed())
	fields := reflect.TypeFor[audit.Statement]()
	for i := range fields.NumField() {
		s := whole()
		reflect.ValueOf(&s).Elem().Field(i).SetZero()
		require.False(t, s.Signed(), fields.Field(i).Name)
	}
}

func TestASigningKeyIsMadeOnceForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit", "signing.key")
	made, err := audit.LoadKey(path)
	require.NoError(t, err)
	again, err := audit.LoadKey(path)
	require.NoError(t, err)
	require.True(t, made.Equal(again))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())

	require.NoError(t, os.Chmod(path, 0o640))
	_, err = audit.LoadKey(path)
	require.ErrorContains(t, err, "others than its owner have access")
}

func TestAFileThatIsNoSigningKeyIsRefusedAndLeftAlone(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(other)
	require.NoError(t, err)
	for _, content := range [][]byte{nil, []byte("text"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY"})} {
		path := filepath.Join(t.TempDir(), "key")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		_, err = audit.LoadKey(path)
		require.ErrorContains(t, err, "expected an Ed25519 key")
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(content), string(left))
	}
}

func TestPublicKeysAreShownAndRead(t *testing.T) {
	public := key.Public().(ed25519.PublicKey)
	read, err := audit.ParsePublicKey(audit.PublicKey(public))
	require.NoError(t, err)
	require.True(t, public.Equal(read))
	for _, text := range []string{"", "abc", audit.PublicKey(public[:31])} {
		_, err := audit.ParsePublicKey(text)
		require.ErrorContains(t, err, "weirctl audit key", text)
	}
}
