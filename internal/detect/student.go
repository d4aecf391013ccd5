package detect

import "math"

// studentTail4 is P(T ≥ t) of Student's t with 4 degrees of freedom, in the form
// that keeps its digits: with e = 1 − t/√(4+t²) it is ¾e² − ¼e³.
func studentTail4(t float64) float64 {
	root := math.Sqrt(4 + t*t)
	e := 4 / (root * (root + t))
	if t < 0 {
		e = 1 - t/root
	}
	return e * e * (0.75 - 0.25*e)
}

// studentShape is the density of Student's t, over that at its middle.
func studentShape(t, freedom float64) float64 {
	return math.Exp(-(freedom + 1) / 2 * math.Log1p(t*t/freedom))
}
