// Package simulate makes up the API traffic of an organisation's low-code
// connectors: office-hours flows in their own time zones, nightly jobs, pollers,
// webhooks, AI agents, holidays, growth and noise. It is used by `weirctl
// simulate` and `weirctl demo`, and to judge the detectors.
//
// Everything follows from a seed. The traffic is on purpose no textbook Poisson
// process: busy and slack days, bursts, heavy-tailed sizes and growing endpoint
// sets are in it, as an operator knows them, but nothing an operator would want
// to be woken for. Incidents are added on top, with their ground truth, and do
// not change the traffic beneath them: the same seed with Options.Benign gives
// the same calls without the incidents.
//
//	plan (connectors, endpoints) ──► Calls(), in order of time ──► Rollup()  for detectors, no database
//	        │                                   └────────────────► Batches() OTLP requests for a collector
//	        └──► Catalog()
package simulate
