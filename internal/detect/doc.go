// Package detect is the statistics of Weir: given what connectors did, hour by
// hour, it says what is unusual. It is pure: no I/O, no clock, no randomness;
// the same history gives the same answer in any order of the input.
//
// # Families
//
//	volume     more than usual of requests, errors, bytes, rows, cost, users or
//	           latency in an hour or two or the running quarter of one (excess.go;
//	           of one endpoint: parts.go; bytes of an hour: answers.go), or spread
//	           over 6 to 24 hours (drift.go), a rate of errors (errors.go), or the
//	           silence of one that always runs (silence.go)
//	hours      active at an hour of the week when it never is (hours.go)
//	endpoints  calls something for the first time, though it does not grow
//	           (novelty.go), something it hardly ever uses or may not use
//	           (rare.go), another mix than usual (mix.go), or object after
//	           object (enumeration.go)
//	swap       under one identity the behaviour of a peer (swap.go)
//
// What happens to many at once is no single entity's: hours without telemetry (outage.go,
// lost.go), an API that fails for all (alike.go), an endpoint that many peers take up
// together (together.go).
//
// # How a fleet is evaluated
//
// Nothing holds the history of a whole fleet. Once a UTC day, entities are handed
// over in chunks; each leaves a compact Profile (a kilobyte or two): what is
// usual, how it uses its endpoints, and the largest effects of its last days. From
// all profiles together follow the thresholds of the fleet. Each hour, a screen
// over the last 25 hours and the profiles tells the few entities that may matter,
// and only their history is read for an exact look.
//
//	            chunks of History                     last 25 hours of all
//	                   │                                      │
//	NewBuilder ─► Survey, Add ─► Model() ─► Model ─► Screen ──┴─► suspects
//	                   ▲                      │                      │ their History
//	        yesterday's Model            Fleets, Each          Evaluate, Contributions
//	                                     (to be stored)
//
// With yesterday's model, only yesterday is replayed. Evaluator does it all in
// memory, for histories that fit.
//
// # Why a threshold is calibrated, not chosen
//
// Nominal p-values do not keep an alert budget: real traffic has retries,
// campaigns and month ends that no count distribution knows. And one size of
// effect for all does not either: the most restless entities would set it. So the
// nominal p is only a gate (could this be chance?), and so is the size (is it worth
// a person's time?). What is compared with a threshold is evidence, −log10 of how
// rare the effect is for this entity by its own past. Its fleet-wide tail over the
// last 14 days is fitted by Hill's estimator and cut where the budget says
// (Calibrate). On top, an entity never alerts for what it already did in that time.
//
// # Strength and score
//
// Each candidate has a strength: 1 is exactly at its threshold, 2 twice the
// evidence. Score maps it to 0..1 (½ at the threshold), comparable between
// families.
package detect
