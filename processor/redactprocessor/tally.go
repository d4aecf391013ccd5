package redactprocessor

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// tally is what was found in one span or log record.
type tally struct {
	count     int64
	detectors []string // each once
	aliases   []string // "old new", each once; of the resource and scope too
}

func (t *tally) add(detector string) {
	t.count++
	if !slices.Contains(t.detectors, detector) {
		t.detectors = append(t.detectors, detector)
	}
}

// reset forgets what was found, but for aliases: they wait for a record to go
// with.
func (t *tally) reset() { t.count, t.detectors = 0, t.detectors[:0] }

func (t *tally) empty() bool { return t.count == 0 && len(t.aliases) == 0 }

// batch is what was found in one batch; it is added to the metrics at its end.
type batch struct {
	matches  []matchCount
	failures []failureCount
	records  int
	from     scopes
}

// matchCount counts matches with the same labels. There are few in one batch:
// they are searched one after another.
type matchCount struct {
	detector string
	action   string
	place    place
	n        int64
}

type failureCount struct {
	place  place
	reason string
	n      int64
}

func (b *batch) dirty() bool { return len(b.matches) > 0 || len(b.failures) > 0 }

func (b *batch) found(detector string, at place, action string) {
	for i := range b.matches {
		if m := &b.matches[i]; m.place == at && m.detector == detector && m.action == action {
			m.n++
			return
		}
	}
	b.matches = append(b.matches, matchCount{detector, action, at, 1})
}

func (b *batch) lost(at place, reason string) {
	for i := range b.failures {
		if f := &b.failures[i]; f.place == at && f.reason == reason {
			f.n++
			return
		}
	}
	b.failures = append(b.failures, failureCount{at, reason, 1})
}

func (b *batch) reset() {
	b.matches, b.failures = b.matches[:0], b.failures[:0]
	b.records, b.from = 0, scopes{}
}

// scopes remembers the connector and tenant of the records with matches, as
// long as there is one of each.
type scopes struct {
	connector, tenant string
	seen              bool
}

const severalScopes = "*"

func (s *scopes) add(connector, tenant string) {
	if !s.seen {
		*s = scopes{connector, tenant, true}
		return
	}
	if s.connector != connector {
		s.connector = severalScopes
	}
	if s.tenant != tenant {
		s.tenant = severalScopes
	}
}

// putStrings sets an attribute to a list of strings.
func putStrings(attributes pcommon.Map, key string, list []string) {
	s := attributes.PutEmptySlice(key)
	s.EnsureCapacity(len(list))
	for _, text := range list {
		s.AppendEmpty().SetStr(text)
	}
}
