package identity

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

// Collect reads the attributes of one record into s. own says that lowcode.*
// attributes were set within this collector or by another Weir, and count.
func (r *Resolver) Collect(attributes pcommon.Map, own bool, s *Signals) {
	s.reset(attributes)
	var marks mark
	for key, value := range attributes.All() {
		a := r.attributes.chain(key)
		for a != nil && a.key != key {
			a = a.next
		}
		switch {
		case a == nil:
			if mayMark(key) {
				marks |= marksOf(key)
			}
		case a.isPlain:
			marks |= a.marks
			s.texts[a.into].offer(value.Str(), &a.source)
		case a.own && !own:
			marks |= marksOwn
		default:
			marks |= a.marks
			s.read(a, value)
			r.note(a, value, s)
		}
	}
	s.marks = marks
	s.HasMethod = marks&marksMethod != 0
	s.HasLowcode = marks&marksOwn != 0
	s.Identified = marks&marksIdentified != 0
	if marks&marksUnderscored != 0 {
		s.settleSpelling()
	}
	if marks&marksWorkflow != 0 {
		s.boundWorkflow()
	}
}

// mayMark keeps marksOf from being asked of most attributes.
func mayMark(key string) bool {
	return key != "" && (key[0] == lowcode.Prefix[0] || key[0] == 'j' || key[0] == 'e')
}

// marksOf says what the presence of an attribute means that nothing else is known
// of.
func marksOf(key string) mark {
	switch {
	case strings.HasPrefix(key, lowcode.Prefix):
		return marksOwn
	case claimName(key) != "":
		return marksClaims
	}
	return 0
}

// read puts a value where it belongs.
func (s *Signals) read(a *attribute, value pcommon.Value) {
	switch a.read {
	case readNothing:
	case readText:
		s.texts[a.into].offer(value.Str(), &a.source)
	case readHeader:
		text, repeated := single(value)
		s.headers[a.into].offer(text, repeated, &a.source)
	case readSingle:
		text, _ := single(value)
		s.texts[a.into].offer(text, &a.source)
	case readBridged: // "claude-ai (via mcp-remote 0.1.37)": the bridge is not the client.
		name, _, _ := strings.Cut(value.Str(), " (via mcp-remote")
		s.texts[a.into].offer(name, &a.source)
	case readJoined:
		s.headers[a.into].offer(joined(value), false, &a.source)
	case readFound:
		s.headers[a.into].offer(value.Str(), false, &a.source)
	}
}

// note keeps a value that is looked up by name.
func (r *Resolver) note(a *attribute, value pcommon.Value, s *Signals) {
	if !a.isLookedUp {
		return
	}
	if a.header != nil {
		s.noteHeader(&s.listed, a.header, value)
	}
	if a.credential != nil {
		s.noteHeader(&s.credentials, a.credential, value)
	}
	if a.payload != nil {
		text, repeated := single(value)
		s.headers[headerPayload].offer(text, repeated, a.payload)
	}
	if a.claim != nil {
		r.noteClaim(a.claim, value, s)
	}
	if a.actor != nil {
		r.noteActor(a.actor, value, s)
	}
}

func (s *Signals) noteHeader(list *namedList, by *lookup, value pcommon.Value) {
	text, repeated := single(value)
	s.repeated = s.repeated || repeated
	if text != "" {
		list.add(named{by, text})
	}
}
