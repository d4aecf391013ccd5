// Package scenarios makes up fleets of connectors with incidents whose truth is
// known, and scores detectors on them. `make eval` prints the table.
//
// # The processes
//
// They come from outside the detectors' model family, so that a good result is no
// tautology: no count is negative binomial, no size lognormal, no day stationary.
//
//	arrivals   self-exciting (Hawkes), sessions of Pareto length under a rate that
//	           wanders (Cox), batch runs that slip and are repeated, renewal with
//	           Weibull gaps, on and off periods of heavy-tailed length
//	sizes      Pareto with α from 1.3 to 2.6, cut at 2000 times the least
//	days       autoregressive with Student-t innovations, in part by tenant
//	change     growth of 10 % a week, changes of level and of schedule, new
//	           connectors, new steps of a flow, deploys, resynchronisations
//	calendar   both changes of the clocks (some jobs run by UTC whatever the
//	           catalog says), public holidays, month ends
//	trouble    storms of errors with retries, an API that fails for all, hours
//	           without any telemetry
//
// They are frozen: a detector is tuned against them, never they against it.
// Seeds 1001–1005 are for development; a final measurement uses others.
//
// Everything follows from the seed. The traffic beneath the incidents is the same
// with and without them.
//
//	New(Options) ─► Scenario: Connectors, Incidents, Happenings, Outages
//	                   └─► Series(i): what connector i did, by endpoint and hour,
//	                       by 5 minutes, and by minute in the evaluated days
package scenarios
