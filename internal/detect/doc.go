// Package detect is the statistics of Weir: given what connectors did, hour by
// hour, it says what is unusual. It is pure: no I/O, no clock, no randomness;
// the same history gives the same answer in any order of the input.
//
// Three families, each in its file:
//
//	volume     more than usual in this hour: negative-binomial tail for counts,
//	           log scale with a heavy tail for bytes, over a robust seasonal profile
//	hours      active at an hour of the week when it never is
//	endpoints  calls an endpoint for the first time, though it does not grow
//
// # Why a threshold is calibrated, not chosen
//
// Nominal p-values do not keep an alert budget: real traffic has retries,
// campaigns and month ends that no count distribution knows. So significance
// is only a gate (could this be chance?), and what is compared with a threshold
// is the size of the effect, whose fleet-wide tail over the last 14 days is
// fitted by Hill's estimator and cut where the budget says (Calibrate). On top,
// an entity never alerts for what it already did in that time.
//
// # Strength and score
//
// Each candidate has a strength: 1 is exactly at its threshold, 2 twice the
// evidence. Score maps it to 0..1 (½ at the threshold), comparable between
// families.
package detect
