package redact

import (
	"slices"
	"strings"
)

// BlocksKey reports whether the whole value under this key goes, whatever it is.
func (e *Engine) BlocksKey(key string) bool {
	if len(e.byKey) > 0 {
		e = e.under(key)
	}
	if !e.ignored.empty() && e.ignored.has(key) {
		return false
	}
	return (e.enabled[detSensitiveKey] && keyKindOf(key).blocksValue()) || (e.blocks && e.blocked.has(key))
}

// DeniesKeys reports whether there are allowed_keys, so that AllowsKey must be
// asked.
func (e *Engine) DeniesKeys() bool {
	if e.denies {
		return true
	}
	for i := range e.byKey {
		if e.byKey[i].engine.denies {
			return true
		}
	}
	return false
}

// AllowsKey reports whether values under key may stay. If not, Deny gives what
// takes their place, whatever they are.
func (e *Engine) AllowsKey(key string) bool {
	if len(e.byKey) > 0 {
		e = e.under(key)
	}
	return !e.denies || !e.enabled[detUnlistedKey] || e.listed.has(key)
}

// Deny replaces a value whose key is not allowed. The match has no detector if
// the value is what an earlier redaction has left.
func (e *Engine) Deny(value string) (string, Match) {
	if !e.enabled[detUnlistedKey] || e.wasDenied(value) {
		return value, Match{}
	}
	matches := e.matches([]hit{{0, len(value), detUnlistedKey}})
	out := e.put(make([]byte, 0, 64), &e.replacers[detUnlistedKey], value, &matches[0])
	return string(out), matches[0]
}

// wasDenied recognises what Deny and the scan leave, and nothing else: a value of
// a sender's may be xxxx, or begin as the mask.
func (e *Engine) wasDenied(value string) bool {
	if value == "" || e.isMark(value) {
		return true
	}
	r := &e.replacers[detUnlistedKey]
	for i := range e.settledMasks {
		m, tail := &e.settledMasks[i], 0
		if r.action == ActionKeepLast && r.mask == m.text {
			tail = r.keepLast
		}
		if m.endAt(value, 0, tail) == len(value) {
			return true
		}
	}
	return false
}

// Leaves reports whether the policy leaves a match of a detector as it is, or a
// part of it. It is for checks of what was redacted, and slow.
func (e *Engine) Leaves(key, detector, match string) bool {
	e = e.under(key)
	if e.ignored.has(key) || e.allows(match) {
		return true
	}
	for i, d := range e.detectors {
		if d.Name != detector {
			continue
		}
		if e.replacers[i].showsPart() {
			return true
		}
		return !e.enabled[i] || e.sparesAddress(key, i)
	}
	return true
}

// sparesAddress reports whether an address under key is wanted: the semantic
// conventions ask for it there, and the policy says nothing about it.
func (e *Engine) sparesAddress(key string, detector int) bool {
	return !e.meant[detector] && isAddressKey(key)
}

func isAddressKey(key string) bool {
	switch key {
	case "client.address", "server.address", "source.address", "destination.address", "network.peer.address", "network.local.address",
		"http.client_ip", "host.ip", "k8s.pod.ip", "container.ip", "device.ip", "client.ip", "server.ip", "source.ip", "destination.ip", "host.mac", "peer.address":
		return true
	}
	return strings.HasPrefix(key, "net.")
}

// Detectors lists the detectors of the engine: all, and the policy's patterns.
func (e *Engine) Detectors() []Detector { return slices.Clone(e.detectors) }

// Detector describes a detector, also one of the policy's own patterns.
func (e *Engine) Detector(name string) (Detector, bool) {
	i := slices.IndexFunc(e.detectors, func(d Detector) bool { return d.Name == name })
	if i < 0 {
		return Detector{}, false
	}
	return e.detectors[i], true
}

// Action says what is done with matches of a detector: its action, or off.
func (e *Engine) Action(name string) string {
	i := slices.IndexFunc(e.detectors, func(d Detector) bool { return d.Name == name })
	if i < 0 || !e.enabled[i] && e.replacers[i].action != ActionAllow {
		return "off"
	}
	return e.replacers[i].action
}

// Reveals reports whether there are keys to open sealed values with.
func (e *Engine) Reveals() bool { return len(e.seals) > 0 }
