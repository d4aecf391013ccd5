package identity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAStrangerWhoWritesTheTraceOfAnotherInheritsLittle(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.requireBatch(capped, s.strangers(1, 2, 1, ""))
	s.requireBatch(remembered, s.span(1, 3, 1, ""))

	s.batch(s.passedOn(2, 1, 0, "a"))
	s.requireBatch(capped, s.strangers(2, 2, 1, ""))
}

func TestAStrangersClaimTakesNothingFromTheTraceOfAnother(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.batch(s.strangers(1, 2, 1, "b"))
	s.requireBatch(remembered, s.span(1, 3, 1, ""))

	s.batch(s.passedOn(1, 4, 1, "b"))
	s.requireBatch(remembered, s.span(1, 5, 1, ""))
}

func TestAStrangersClaimDoesNotKeepATraceInMemory(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.now = noon.Add(59 * time.Second)
	s.batch(s.strangers(1, 2, 1, "a"))
	s.now = noon.Add(60 * time.Second)
	s.requireBatch("no_signal", s.span(1, 3, 1, ""))
}

func TestAPeerInheritsNothingOfAStrangersClaim(t *testing.T) {
	s := newStream(t)
	s.batch(s.strangers(1, 1, 0, "b"))
	s.requireBatch("no_signal", s.span(1, 2, 1, ""))
	s.requireBatch("b inherited 0.4", s.strangers(1, 3, 1, ""))
}

func TestWhatIsVouchedForReplacesClaims(t *testing.T) {
	s := newStream(t)
	s.batch(s.strangers(1, 1, 0, "b"))
	s.batch(s.passedOn(1, 2, 0, "b"))
	s.requireBatch("b inherited 0.32", s.span(1, 3, 99, ""))
	s.requireBatch(lent, s.span(1, 4, 0, "a"), s.span(1, 5, 99, ""))
	s.requireBatch(remembered, s.span(1, 6, 99, ""))
}

func TestOfStrangersTheBatchAndItsTraceLendAsBefore(t *testing.T) {
	s := newStream(t)
	s.requireBatch("a inherited 0.45", s.strangers(1, 1, 0, "a"), s.strangers(1, 2, 1, ""))
	s.requireBatch("a inherited 0.4", s.strangers(1, 3, 99, ""))
	s.batch(s.strangers(1, 4, 0, "b"))
	s.requireBatch("no_signal", s.strangers(1, 5, 99, ""))
}

func TestATokenThatWeirCheckedIsVouchedForButLendsStrangersLittle(t *testing.T) {
	s := newStream(t)
	s.requireBatch(capped, s.ownToken(1, 1, 0, "a"), s.strangers(1, 2, 1, ""))
	s.requireBatch(capped, s.strangers(1, 3, 1, "b"), s.strangers(1, 4, 99, ""))
	s.requireBatch(remembered, s.span(1, 5, 99, ""))
}

func TestWithinABatchClaimsDoNotContradictWhatIsVouchedFor(t *testing.T) {
	s := newStream(t)
	claim, evidence, child := s.passedOn(1, 1, 0, "b"), s.span(1, 2, 0, "a"), s.span(1, 3, 99, "")
	s.traces = nil
	s.requireBatch(lent, claim, evidence, child)
	s.requireBatch(lent, evidence, claim, child)
	s.requireBatch("no_signal", claim, s.passedOn(1, 4, 0, "a"), child)
	s.requireBatch(lent, claim, s.passedOn(1, 4, 0, "a"), evidence, child)
}

func TestTheMemoryOfWhatIsVouchedForBeatsTheBatchsClaims(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.requireBatch(remembered, s.passedOn(1, 2, 0, "b"), s.span(1, 3, 99, ""))
	s.requireBatch(remembered, s.passedOn(1, 2, 0, "b"), s.passedOn(1, 4, 0, "a"), s.span(1, 3, 99, ""))
	s.requireBatch("b inherited 0.36", s.passedOn(1, 2, 0, "b"), s.span(1, 3, 2, ""))
}

func TestAmongRecordsOfManySendersPeersInheritNothingOfAStrangersClaim(t *testing.T) {
	s := newStream(t)
	s.traces = nil
	got, _ := s.batch(s.strangers(1, 1, 0, "b"), s.span(1, 2, 1, ""), s.strangers(1, 3, 1, ""), s.span(1, 4, 99, ""))
	require.Equal(t, []string{"b claimed 0.5", "no_signal", "b inherited 0.45", "no_signal"}, got)
	s.requireBatch(lent, s.span(1, 1, 0, "a"), s.strangers(1, 2, 1, "b"), s.span(1, 3, 2, ""))
}
