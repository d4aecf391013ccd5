package history

import (
	"runtime"

	"github.com/weir-otel/weir/internal/detect"
)

// sweptRows is how many rows may leave what reading them took behind: some 100 MB.
const sweptRows = 500_000

// Sweep collects the garbage of a fleet that passes through memory in parts. By
// itself a process takes twice the memory that is in use, and most of what is in use
// is kept: a collection after each few parts costs little, and halves it.
type Sweep struct{ rows int }

// After is called when a part has been read.
func (s *Sweep) After(part *detect.History) {
	for i := range part.Entities {
		for k := range part.Entities[i].Endpoints {
			s.rows += len(part.Entities[i].Endpoints[k].Hours)
		}
	}
	if s.rows > sweptRows {
		s.rows = 0
		runtime.GC()
	}
}
