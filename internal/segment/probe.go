package segment

import (
	"fmt"
	"path/filepath"
	"strings"
)

// probeName is of a file that says whether the disk can be written.
const probeName = "probe" + scratchSuffix

// probe finds out whether a failed disk works again. It needs the turn.
func (s *Store) probe() {
	s.mu.Lock()
	state := s.condition.State
	s.mu.Unlock()
	if state == StateOK || state == StateFull {
		return
	}
	path := filepath.Join(s.settings.Directory, probeName)
	err := writeFile(s.files, path, strings.NewReader(probeName))
	if err == nil {
		err = s.files.remove(path)
	}
	if err == nil {
		err = s.room.keep(roomBase)
	}
	if err != nil {
		err = fmt.Errorf("cannot write to the segment folder: %w", classify(err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.condition.note(err, s.settings.Now())
}
