package identity

// decide weighs what was found.
func (f *finder) decide() {
	claimed := f.claimed
	if claimed.connector == nil {
		claimed = f.weak
	}
	switch {
	case f.verified.connector != nil:
		f.decideVerified()
	case f.s.isRepeated() || claimed.other != nil:
		f.unattributed(Ambiguous)
		if claimed.other != nil {
			f.d.sides = [2]side{{Claimed, claimed.connector}, {Claimed, claimed.other}}
		}
	case claimed.connector != nil:
		f.d.Status, f.d.Method, f.d.Confidence = Claimed, claimed.method, claimed.confidence
		f.d.Connector = claimed.connector
	case f.failed != NoReason:
		f.unattributed(f.failed)
	case f.unknown:
		f.unattributed(UnknownKey)
	case f.disabled:
		f.unattributed(Disabled)
	default:
		f.unattributed(NoSignal)
	}
}

// decideVerified keeps the verified connector and notes who contradicts it. A
// user agent's prefix, a route or an address is shared too widely to contradict
// anything.
func (f *finder) decideVerified() {
	d := f.d
	d.Connector, d.Method = f.verified.connector, f.verified.method
	d.Status, d.Confidence = Verified, f.verified.confidence
	other := side{Claimed, nil}
	switch {
	case f.verified.other != nil:
		other = side{Verified, f.verified.other}
	case f.claimed.connector != nil && f.claimed.connector != d.Connector:
		other.connector = f.claimed.connector
	case f.claimed.other != nil && f.claimed.other != d.Connector:
		other.connector = f.claimed.other
	case f.weak.connector != nil && f.weak.connector != d.Connector && f.weak.confidence >= userAgentWorth.other:
		other.connector = f.weak.connector
	}
	if other.connector != nil {
		d.Status, d.Confidence = Conflicting, conflictConfidence
		d.sides = [2]side{{Verified, d.Connector}, other}
	}
}

func (f *finder) unattributed(reason Reason) {
	f.d.Status, f.d.Method, f.d.Reason = Unattributed, None, reason
}
