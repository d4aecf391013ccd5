package scenarios

// What only the one who made the traffic can know.

// Expected is how many calls connector i's habits foresee in an hour: level, growth
// and calendar included, chance, incidents and outages not.
func (s *Scenario) Expected(i, hour int) float64 { return s.Connectors[i].expected(hour) }

// Replica is what connector i might have done as well: its calls by hour in another
// run of the same processes, without incidents and outages.
func (s *Scenario) Replica(i int) []float64 {
	calls := make([]float64, s.Hours())
	for _, e := range s.traffic(s.Connectors[i], 1).events {
		calls[e.at/3600]++
	}
	return calls
}

// Suits says whether a kind of incident could be put on connector i.
func (s *Scenario) Suits(i int, kind IncidentKind) bool {
	c := s.Connectors[i]
	return c.established(s) && c.suits(kind)
}
