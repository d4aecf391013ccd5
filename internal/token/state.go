package token

// State is what came of checking a token.
type State uint8

const (
	// Unknown says that nothing was checked: the issuer is not configured, or the
	// text is no signed JWT. It is no evidence of an attack.
	Unknown State = iota
	// Pending says that the token could not be checked so far, although its issuer
	// is configured: the keys are not there yet, none of them is the one it names,
	// or checks were suspended in a flood of bad tokens.
	Pending
	// Valid says that signature, issuer, audience and time are right.
	Valid
	// Expired says that the token was good, until its exp.
	Expired
	// NotYetValid says that the token will be good, from its nbf on.
	NotYetValid
	// Invalid says that signature, algorithm, audience or form are wrong, or that
	// the issuer's keys still lack the one it names when they were looked at anew.
	Invalid
)

var stateNames = [...]string{
	Unknown:     "unknown",
	Pending:     "pending",
	Valid:       "valid",
	Expired:     "expired",
	NotYetValid: "not_yet_valid",
	Invalid:     "invalid",
}

// String returns the state's name, e.g. "not_yet_valid".
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "undefined"
}
