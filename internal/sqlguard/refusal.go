package sqlguard

import "fmt"

// Refusal says what of a statement is not allowed to the reader, and what to
// write instead. Neither holds literals of the statement.
type Refusal struct {
	Pos  int    // byte offset in the statement
	What string // "table function file"
	Hint string // "allowed are: numbers, …"
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("the read-only user may not send %s (at byte %d): %s", r.What, r.Pos, r.Hint)
}

func refuse(pos int, what, hint string) error {
	return &Refusal{Pos: pos, What: what, Hint: hint}
}
