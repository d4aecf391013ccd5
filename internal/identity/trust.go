package identity

import "strings"

// Trust says which signals of a sender are to be believed: a set of methods. A
// gateway that checks certificates need not strip the headers of consumers.
type Trust uint16

// The trust in a stranger, and in a sender who is trusted for every signal.
const (
	TrustNobody Trust = 0
	TrustAll    Trust = 1<<Methods - 1
)

// TrustOnly trusts a sender for these methods.
func TrustOnly(methods ...Method) Trust {
	trust := TrustNobody
	for _, method := range methods {
		trust |= 1 << method
	}
	return trust
}

// Has reports whether the sender is trusted for a method.
func (t Trust) Has(method Method) bool { return t&(1<<method) != 0 }

// Any reports whether the sender is trusted for some method.
func (t Trust) Any() bool { return t != TrustNobody }

// trustEvidence begins what tells of a trust that is not whole: vouched=mtls.
const trustEvidence = "vouched="

// evidence lists the methods of a trust that is neither none nor whole.
func (t Trust) evidence() []string {
	if !t.Any() || t == TrustAll {
		return nil
	}
	var methods []string
	for m := MTLS; int(m) < Methods; m++ {
		if t.Has(m) {
			methods = append(methods, trustEvidence+m.String())
		}
	}
	return methods
}

// trustOf reads the trust in a sender who is trusted for something back from the
// evidence on a record.
func trustOf(evidence []string) Trust {
	trust := TrustNobody
	for _, item := range evidence {
		if name, found := strings.CutPrefix(item, trustEvidence); found {
			method, _ := MethodOf(name)
			trust |= TrustOnly(method)
		}
	}
	if !trust.Any() {
		return TrustAll
	}
	return trust
}
