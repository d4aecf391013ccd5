package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/erase"
	"github.com/weir-otel/weir/internal/lowcode"
)

// receiptAct is the receipt as an audit event.
func receiptAct(r *erase.Receipt) (act, error) {
	rows, err := json.Marshal(r.Rows)
	if err != nil {
		return act{}, fmt.Errorf("cannot encode the receipt: %w", err)
	}
	return act{
		name: lowcode.EventErasureCompleted, id: "erasure:" + r.ID + ":" + r.Finished.Format(time.RFC3339Nano), at: r.Finished,
		object: strings.Join(r.Subjects, " "), newValue: string(rows), rationale: "receipt " + r.ID + ", hashes by key " + r.KeyID, incomplete: !r.Complete(),
	}, nil
}
