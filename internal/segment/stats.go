package segment

import "time"

// Stats of what waits for the database.
type Stats struct {
	Segments int // sealed or open
	Bytes    int64
	Oldest   time.Time // zero when nothing waits
	Rows     map[string]int
	Condition
}

// Stats counts open, waiting and claimed segments.
func (s *Store) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Stats{Bytes: s.bytes, Rows: map[string]int{}, Condition: s.condition}
	add := func(created time.Time, rows map[string]int) {
		st.Segments++
		if st.Oldest.IsZero() || created.Before(st.Oldest) {
			st.Oldest = created
		}
		for table, n := range rows {
			st.Rows[table] += n
		}
	}
	if s.active != nil {
		add(s.active.header.Created, s.active.rows)
	}
	for _, w := range s.waiting {
		add(w.Created, w.Rows)
	}
	for _, c := range s.claimed {
		add(c.Created, c.Rows)
	}
	return st
}
