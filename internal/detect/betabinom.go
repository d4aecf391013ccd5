package detect

import "math"

// Beta-binomial tails by mean and precision: of n trials each succeeds with a
// probability that itself is Beta(mean·precision, (1−mean)·precision) distributed.
//
// The point probability is a ratio of beta functions; the terms of the tail follow
// from each other by P(j+1)/P(j) = (n−j)(j+a)/((j+1)(n−j−1+b)). After betaTerms of
// them counts are so large that the share of successes is all but continuous: what
// is left is the tail of the beta distribution with the same mean and variance.

const betaTerms = 20000

// BetaBinomLogTail returns ln P(E ≥ e) of n trials. Counts may be fractions.
func BetaBinomLogTail(e, n, mean, precision float64) float64 {
	switch {
	case math.IsNaN(e) || math.IsNaN(n) || math.IsNaN(mean) || math.IsNaN(precision):
		return 0 // nothing known: not unusual
	case e <= 0 || mean >= 1:
		return 0
	case mean <= 0:
		return math.Inf(-1)
	}
	e = math.Ceil(e)
	n = max(math.Ceil(n), e)
	precision = min(max(precision, 1e-3), 1e12)
	a, b := mean*precision, (1-mean)*precision
	if e <= n*mean { // the other side has fewer terms, unless it is all but certain
		if lower := betaBinomSum(n-e+1, n, b, a); lower < -1e-3 {
			return log1mexp(lower)
		}
	}
	return min(betaBinomSum(e, n, a, b), 0)
}

// betaBinomSum is ln Σ P(j), j from e to n.
func betaBinomSum(e, n, a, b float64) float64 {
	sum, term := 1.0, 1.0
	for j := e; j < n; j++ {
		term *= (n - j) * (j + a) / ((j + 1) * (n - j - 1 + b))
		sum += term
		if term < 1e-16*sum {
			break
		}
		if j-e > betaTerms {
			rest := shareLogTail(j+2, n, a/(a+b), a+b)
			first := betaBinomLogPoint(e, n, a, b) + math.Log(sum)
			return max(first, rest) + math.Log1p(math.Exp(-math.Abs(first-rest)))
		}
	}
	return betaBinomLogPoint(e, n, a, b) + math.Log(sum)
}

// betaBinomLogPoint is ln P(E = e) = ln C(n,e) + ln B(e+a, n−e+b) − ln B(a,b), by
// quotients of gamma functions that lie close together.
func betaBinomLogPoint(e, n, a, b float64) float64 {
	return gammaQuotient(e+1, a-1) + gammaQuotient(n-e+1, b-1) - gammaQuotient(n+1, a+b-1) - logBeta(a, b)
}

// gammaQuotient is ln Γ(x+d)/Γ(x) without the cancellation of large x.
func gammaQuotient(x, d float64) float64 {
	if x < 1e3 || x+d < 1e3 {
		return lgamma(x+d) - lgamma(x)
	}
	// ln Γ(x) = (x−½) ln x − x + ½ ln 2π + 1/(12x) − …
	return d*math.Log(x) + (x+d-0.5)*math.Log1p(d/x) - d + 1/(12*(x+d)) - 1/(12*x)
}

// logBeta is ln B(a, b).
func logBeta(a, b float64) float64 {
	a, b = min(a, b), max(a, b)
	return lgamma(a) - gammaQuotient(b, a)
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// shareLogTail is the tail of the beta distribution with the mean and variance of
// E/n, with half a success for continuity.
func shareLogTail(e, n, mean, precision float64) float64 {
	// var(E/n) = mq/n·(M+n)/(M+1) = mq/(M'+1)
	matched := max(n*(precision+1)/(precision+n)-1, 1e-6)
	a, b := mean*matched, (1-mean)*matched
	x := min(max((e-0.5)/n, 1e-300), 1-1e-16)
	// P(share ≥ x) = I_{1−x}(b, a)
	if x >= mean {
		if cf, ok := betaFraction(b, a, 1-x); ok {
			return min(0, b*math.Log1p(-x)+a*math.Log(x)-math.Log(b)-logBeta(a, b)+math.Log(cf))
		}
	} else if cf, ok := betaFraction(a, b, x); ok {
		return log1mexp(min(0, a*math.Log(x)+b*math.Log1p(-x)-math.Log(a)-logBeta(a, b)+math.Log(cf)))
	}
	// Huge and close to the mean: normal.
	z := (x - mean) / math.Sqrt(mean*(1-mean)/(matched+1))
	return math.Log(max(0.5*math.Erfc(z/math.Sqrt2), 1e-300))
}
