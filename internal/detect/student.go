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

// studentTail is P(T ≥ t) of Student's t with any degrees of freedom, t ≥ 0:
// ½ I_x(freedom/2, ½) at x = freedom/(freedom + t²) (DLMF 8.17).
func studentTail(t, freedom float64) float64 {
	x, a, b := freedom/(freedom+t*t), freedom/2, 0.5
	if t <= 0 || freedom <= 0 {
		return 0.5
	}
	ga, _ := math.Lgamma(a)
	gab, _ := math.Lgamma(a + b)
	front := math.Exp(gab - ga - 0.5*math.Log(math.Pi) + a*math.Log(x) + b*math.Log1p(-x))
	if x < (a+1)/(a+b+2) {
		cf, _ := betaFraction(a, b, x)
		return 0.5 * front * cf / a
	}
	cf, _ := betaFraction(b, a, 1-x)
	return 0.5 * (1 - front*cf/b)
}
