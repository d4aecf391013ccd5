package detect

// Candidate is what a family finds unusual about one entity in one window.
type Candidate struct {
	Entity    int     // index in History.Entities
	Direction string  // Up or Down
	Strength  float64 // 1 = at the threshold
	Observed  float64
	Expected  float64
	Lower     float64 // usual range
	Upper     float64
	LogP      float64 // ln p, nominal
	P         float64 // how often the fleet shows such an effect on an entity's day
	Ratio     float64 // the effect: what was compared with the calibrated threshold
	From      int     // first hour of the window
	To        int     // hour after its last
	Days      float64 // age of the baseline
	Buckets   int     // observations it rests on
	New       []int   // endpoints family: indexes of the endpoints it is about
	Like      string  // swap family: ID of the entity whose behaviour it resembles
	Peers     int     // so many stood in for a baseline of its own; 0 = it has one
}

// Score maps a strength to 0..1: ½ at the threshold, near 1 when far beyond it.
func Score(strength float64) float64 {
	if strength <= 0 {
		return 0
	}
	return strength / (1 + strength)
}
