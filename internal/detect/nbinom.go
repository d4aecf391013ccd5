package detect

import "math"

// Negative-binomial tails by mean and size (variance = mean + mean²/size).
//
// The point probability follows C. Loader, "Fast and Accurate Computation of
// Binomial Probabilities" (2000): deviance and Stirling error instead of
// differences of log-gammas, exact to ~1e-15 up to 1e12. The tail is that times
// the continued fraction of the incomplete beta function (DLMF 8.17.22), as
// P(Y ≥ y) = I_q(y, size) with q = mean/(mean+size). Close to the mean of huge
// counts, where the fraction converges slowly, the lattice-corrected saddlepoint
// formula (Lugannani & Rice 1980; Daniels 1987) takes over.

// maxSize stands for "no overdispersion": beyond it the Poisson limit is reached.
const maxSize = 1e15

// NegBinomLogTail returns ln P(Y ≥ y). It is finite where P underflows.
func NegBinomLogTail(y, mean, size float64) float64 {
	switch {
	case math.IsNaN(y) || math.IsNaN(mean) || math.IsNaN(size):
		return 0 // nothing known: not unusual
	case y <= 0:
		return 0
	case mean <= 0:
		return math.Inf(-1)
	}
	size = min(max(size, 1e-6), maxSize)
	y = math.Ceil(y) // adjusted counts may be fractions; the tail is of whole counts
	q := mean / (mean + size)
	if y <= mean { // the complement converges: P(Y ≤ y−1) = I_{1−q}(size, y)
		if cf, ok := betaFraction(size, y, 1-q); ok {
			lower := logPoint(y-1, mean, size) + math.Log(cf) + math.Log(q) + math.Log1p((y-1)/size)
			return log1mexp(min(lower, 0))
		}
		return saddlepoint(y, mean, size)
	}
	if cf, ok := betaFraction(y, size, q); ok {
		return min(0, logPoint(y, mean, size)+math.Log(cf))
	}
	return saddlepoint(y, mean, size)
}

// logPoint is ln P(Y = y).
func logPoint(y, mean, size float64) float64 {
	if y == 0 {
		return -size * math.Log1p(mean/size)
	}
	// dbinom(size; size+y, size/(size+mean)) · size/(size+y), in Loader's form.
	n := size + y
	p, q := size/(size+mean), mean/(mean+size)
	lc := stirlingError(n) - stirlingError(size) - stirlingError(y) -
		deviance(size, n*p) - deviance(y, n*q)
	return lc + 0.5*(math.Log(n)-math.Log(2*math.Pi)-math.Log(size)-math.Log(y)) + math.Log(size) - math.Log(n)
}

// betaFraction evaluates, by Lentz's algorithm, the continued fraction F of
// I_x(a, b) = x^a (1−x)^b / (a B(a, b)) · F. With a = y, b = size it is
// P(Y ≥ y)/P(Y = y).
func betaFraction(a, b, x float64) (float64, bool) {
	const tiny = 1e-300
	c, d := 1.0, 1-(a+b)*x/(a+1)
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	h := d
	for m := 1.0; m <= 2000; m++ {
		for _, num := range [2]float64{
			m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m)),
			-(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1)),
		} {
			d = 1 + num*d
			if math.Abs(d) < tiny {
				d = tiny
			}
			c = 1 + num/c
			if math.Abs(c) < tiny {
				c = tiny
			}
			d = 1 / d
			h *= d * c
		}
		if math.Abs(d*c-1) < 1e-13 {
			return h, h > 0
		}
	}
	return 0, false
}

func saddlepoint(y, mean, size float64) float64 {
	halfDeviance := max(0, deviance(y, mean)-deviance(y+size, mean+size))
	w := math.Sqrt(2 * halfDeviance)
	if w < 1e-4 { // at the mean
		return math.Log(0.5)
	}
	t := math.Log(y/mean) - math.Log((y+size)/(mean+size))
	u := -math.Expm1(-t) * math.Sqrt(y*(1+y/size))
	if y < mean {
		w = -w
		p := 0.5*math.Erfc(w/math.Sqrt2) + math.Exp(-halfDeviance)/math.Sqrt(2*math.Pi)*(1/u-1/w)
		return math.Log(min(max(p, 0.5), 1))
	}
	// ln[ Q(w) + φ(w)(1/u − 1/w) ], with φ(w) taken out so that nothing underflows.
	inner := millsRatio(w) + 1/u - 1/w
	if !(inner > 0) {
		inner = 1 / w
	}
	return min(0, -halfDeviance-0.5*math.Log(2*math.Pi)+math.Log(inner))
}

// millsRatio is Q(w)/φ(w) of the normal distribution.
func millsRatio(w float64) float64 {
	if w < 25 {
		return 0.5 * math.Erfc(w/math.Sqrt2) * math.Sqrt(2*math.Pi) * math.Exp(w*w/2)
	}
	w2 := w * w
	return (1 - 1/w2 + 3/(w2*w2)) / w
}

// stirlingError is ln Γ(n+1) − [½ ln(2πn) + n ln n − n].
func stirlingError(n float64) float64 {
	if n < 16 {
		lg, _ := math.Lgamma(n + 1)
		return lg - (0.5*math.Log(2*math.Pi*n) + n*math.Log(n) - n)
	}
	n2 := n * n
	return (1.0/12 - (1.0/360-(1.0/1260-(1.0/1680)/n2)/n2)/n2) / n
}

// deviance is x ln(x/m) + m − x without cancellation near x = m (Loader's bd0).
func deviance(x, m float64) float64 {
	if math.Abs(x-m) < 0.1*(x+m) {
		v := (x - m) / (x + m)
		s := (x - m) * v
		ej := 2 * x * v
		v *= v
		for j := 3.0; j < 2000; j += 2 {
			ej *= v
			next := s + ej/j
			if next == s {
				return next
			}
			s = next
		}
		return s
	}
	return x*math.Log(x/m) + m - x
}

// log1mexp is ln(1 − e^a) for a ≤ 0.
func log1mexp(a float64) float64 {
	if a > -math.Ln2 {
		return math.Log(-math.Expm1(a))
	}
	return math.Log1p(-math.Exp(a))
}
