package detect

import "math"

// chiSquareLogTail is ln P(X ≥ x) of a χ² with df degrees of freedom, the
// incomplete gamma function Q(df/2, x/2): its continued fraction (DLMF 8.9.2) above
// the mean, its series (DLMF 8.7.1) below.
func chiSquareLogTail(x, df float64) float64 {
	if !(x > 0) || !(df > 0) {
		return 0
	}
	a, z := df/2, x/2
	front := a*math.Log(z) - z - lgamma(a)
	if z < a+1 {
		sum, term := 1/a, 1/a
		for n := 1.0; n < 10000; n++ {
			term *= z / (a + n)
			sum += term
			if term < 1e-16*sum {
				break
			}
		}
		return log1mexp(min(front+math.Log(sum), 0))
	}
	const tiny = 1e-300
	b := z + 1 - a
	c, d := 1/tiny, 1/b
	h := d
	for n := 1.0; n < 10000; n++ {
		b += 2
		num := n * (a - n)
		d = 1 / nonzero(num*d+b)
		c = nonzero(b + num/c)
		h *= d * c
		if math.Abs(d*c-1) < 1e-14 {
			break
		}
	}
	return min(front+math.Log(h), 0)
}

// nonzero keeps a divisor of a continued fraction away from 0 (Lentz).
func nonzero(x float64) float64 {
	if math.Abs(x) < 1e-300 {
		return 1e-300
	}
	return x
}
