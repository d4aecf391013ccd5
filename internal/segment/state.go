package segment

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

// State says whether a store takes records.
type State int

// The states of a store. It leaves each by itself.
const (
	StateOK       State = iota
	StateFull           // MaxDiskBytes is reached
	StateNoSpace        // the disk is full
	StateReadOnly       // the disk cannot be written
	StateFailed         // any other error of the disk
)

// String is the state as metrics and logs show it.
func (s State) String() string {
	return [...]string{"ok", "full", "no_space", "read_only", "failed"}[s]
}

// Condition is a state, since when it lasts and what was seen; both are zero
// while it is StateOK.
type Condition struct {
	State State
	Since time.Time
	Cause error
}

// note takes what the last attempt to write has brought.
func (c *Condition) note(err error, now time.Time) {
	switch state := stateOf(err); state {
	case StateOK:
		*c = Condition{}
	case c.State:
		c.Cause = err
	default:
		*c = Condition{State: state, Since: now, Cause: err}
	}
}

func stateOf(err error) State {
	switch {
	case err == nil, errors.Is(err, ErrClosed):
		return StateOK
	case errors.Is(err, ErrFull):
		return StateFull
	case errors.Is(err, ErrNoSpace):
		return StateNoSpace
	case errors.Is(err, ErrReadOnly):
		return StateReadOnly
	default:
		return StateFailed
	}
}

// classify says in words what an operator has to do about an error of the disk.
func classify(err error) error {
	switch {
	case errors.Is(err, ErrNoSpace), errors.Is(err, ErrReadOnly):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	default:
		return err
	}
}
