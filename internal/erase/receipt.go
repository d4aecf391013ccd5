package erase

import (
	"time"
)

// Receipt says what was erased, and names nobody.
type Receipt struct {
	ID       string    `json:"id"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Operator string    `json:"operator"`
	// Subjects are HMAC-SHA256 of the ids, hex, by the key of KeyID.
	Subjects []string `json:"subjects"`
	KeyID    string   `json:"key_id"`
	// Rows that held the subject when it began, by table; those of dead letters
	// as dead-letter/TABLE.
	Rows map[string]uint64 `json:"rows"`
	// Left says what has to be done before nothing of the subject is left.
	Left []string `json:"left"`
}

// Complete says that nothing of the subject is left.
func (r *Receipt) Complete() bool { return len(r.Left) == 0 }
