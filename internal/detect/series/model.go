package series

import "math"

const (
	// levelPoints is how many points a level is averaged over where there is no
	// season; with one, a cycle.
	levelPoints = 100
	// scalePoints is how many points the usual size of an error is averaged
	// over.
	scalePoints = 200
	// persistencePoints is the same for the AR(1) coefficient.
	persistencePoints = 500
	// cut is where an error stops to teach the model more, in usual sizes:
	// beyond it is what the model should find, not learn.
	cut = 4
	// leastScale keeps a series that never changed from making every change
	// infinite: a share of the value itself.
	leastScale = 1e-3
)

// model says what a series should be next.
type model struct {
	season *season // nil without one
	level  average // of the value
	offset average // of the value less its season
	place  scale   // of errors of season and level
	step   scale   // of errors of the next step
	// product and square are averages whose quotient is the AR(1) coefficient of
	// the errors.
	product, square average
	last            float64 // error of the point before
}

// forecast of one point.
type forecast struct {
	usual     float64 // by season and level
	low, high float64 // of the usual values beside it in the season
	next      float64 // usual, and what the last error says of this one
}

func newModel(period int) model {
	m := model{
		level:   average{points: levelPoints},
		offset:  average{points: float64(max(levelPoints, period))},
		place:   scale{average{points: scalePoints}},
		step:    scale{average{points: scalePoints}},
		product: average{points: persistencePoints},
		square:  average{points: persistencePoints},
	}
	if period > 0 {
		m.season = newSeason(period)
	}
	return m
}

func (m *model) forecast(index int) forecast {
	f := forecast{usual: m.level.value, low: m.level.value, high: m.level.value}
	if m.season != nil {
		if usual, low, high, ok := m.season.expect(index); ok {
			f.usual, f.low, f.high = usual+m.offset.value, low+m.offset.value, high+m.offset.value
		}
	}
	f.next = f.usual + m.persistence()*m.last
	return f
}

// persistence is how much of an error is left one point later, 0 to 1.
func (m *model) persistence() float64 {
	if m.square.value == 0 {
		return 0
	}
	return min(1, max(0, m.product.value/m.square.value))
}

// learn takes the value that came.
func (m *model) learn(index int, value float64, f forecast) {
	least := leastScale * math.Abs(value)
	wrong := value - f.usual
	limit := cut * max(m.place.of(least), least)
	learned := min(limit, max(-limit, wrong))
	if m.level.count < levelPoints/4 {
		learned = wrong // nothing is usual yet
	}
	if m.season != nil {
		seasonal := m.season.slots[m.season.slot(index)]
		m.season.learn(index, value-m.offset.value, limit)
		if _, _, _, ok := m.season.expect(index); ok {
			m.offset.add(f.usual + learned - seasonal)
		}
	}
	m.level.add(m.level.value + min(limit, max(-limit, value-m.level.value)))
	if m.level.count < levelPoints/4 {
		m.level.value += (value - m.level.value) / m.level.count
	}
	m.product.add(learned * m.last)
	m.square.add(m.last * m.last)
	m.place.add(math.Abs(wrong))
	m.step.add(math.Abs(value - f.next))
	m.last = learned
}

// average forgets exponentially, after it has seen as many points as it is for.
type average struct {
	points, count, value float64
}

func (a *average) add(v float64) {
	a.count++
	a.value += (v - a.value) / min(a.count, a.points)
}

// scale is the usual size of an error.
type scale struct{ average }

func (s *scale) add(size float64) {
	if s.count > scalePoints/10 {
		size = min(size, cut*s.value)
	}
	s.average.add(size)
}

func (s *scale) of(least float64) float64 { return max(s.value, least, math.SmallestNonzeroFloat32) }
