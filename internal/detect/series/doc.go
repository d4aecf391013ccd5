// Package series scores one numeric series, point by point and strictly
// causally: the score of a point depends on it and on those before it. It is
// for metrics that are no sparse counts (CPU, latency, sensor readings,
// traffic); package detect is for what connectors do.
//
// # How a point is judged
//
//	value ─► expected     level, season where the series has one, and what the
//	  │                   last error says of the next (AR(1))
//	  ├─► sizes           how unusual, in six ways (see measures): the next
//	  │                   step, the place in the season, that smoothed over
//	  │                   two spans, outside of all that was seen, and noise
//	  ├─► probabilities   each size against the sizes before it, the largest by
//	  │                   a generalised Pareto tail (Hosking and Wallis 1987),
//	  │                   so that a heavy-tailed series needs a larger one
//	  ├─► evidence        −log10 of their harmonic mean (Wilson 2019,
//	  │                   doi:10.1073/pnas.1814092116), which holds for
//	  │                   dependent tests
//	  └─► score           evidence that has not been told already, as a number
//	                      in [0, 1): ½ at one in 100
//
// Because sizes are compared with the same series' own past, a score means the
// same for every series: one threshold serves all.
//
// There is nothing to configure. The constants follow from what they are for,
// which each says; none was fitted to labelled data.
package series
