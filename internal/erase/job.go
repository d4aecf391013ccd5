package erase

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Tables of an erasure that is under way. The first is there as long as it is.
const (
	jobPrefix    = "erasure_"
	jobTable     = "erasure_job"
	tracesTable  = "erasure_traces"
	keysTable    = "erasure_keys"
	searchPrefix = "erasure_search_"
)

// Kinds of rows in a job table.
const (
	kindIDs   = "ids"   // value is the pattern for columns of ids,
	kindTexts = "texts" // for all others
	kindJob   = "job"   // value is a job as JSON
)

// job is what an interrupted erasure goes on from.
type job struct {
	Receipt  string            `json:"receipt"`
	Started  time.Time         `json:"started"`
	Subjects []string          `json:"subjects"` // keyed hashes
	Rows     map[string]uint64 `json:"rows"`     // found at first, by table
}

const jobColumns = "(kind String, value String)"

func fillJob(ctx context.Context, conn driver.Conn, name string, p patterns, j *job) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"async_insert": 0}))
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO "+name+" (kind, value)")
	if err == nil {
		err = errors.Join(batch.Append(kindIDs, p.ids), batch.Append(kindTexts, p.texts))
	}
	if err == nil && j != nil {
		var encoded []byte
		if encoded, err = json.Marshal(j); err == nil {
			err = batch.Append(kindJob, string(encoded))
		}
	}
	if err == nil {
		err = batch.Send() // one block: all of it or nothing
	}
	if err != nil {
		return fmt.Errorf("cannot fill the erasure's job table: %w", err)
	}
	return nil
}

// readJob returns nil where there is none.
func readJob(ctx context.Context, conn driver.Conn) (*job, error) {
	var there uint64
	if err := conn.QueryRow(ctx, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = '"+jobTable+"'").Scan(&there); err != nil {
		return nil, fmt.Errorf("cannot look for an interrupted erasure: %w", err)
	}
	if there == 0 {
		return nil, nil
	}
	var value string
	if err := conn.QueryRow(ctx, "SELECT max(value) FROM "+jobTable+" WHERE kind = '"+kindJob+"'").Scan(&value); err != nil {
		return nil, fmt.Errorf("cannot read the interrupted erasure: %w", err)
	}
	if value == "" { // interrupted before anything was done
		return nil, nil
	}
	var j job
	if err := json.Unmarshal([]byte(value), &j); err != nil {
		return nil, fmt.Errorf("cannot read the interrupted erasure: table %s is damaged: %w; drop it and run the erasure again", jobTable, err)
	}
	return &j, nil
}

// search calls look with the name of a job table in memory that is gone after it.
func search(ctx context.Context, conn driver.Conn, p patterns, look func(job string) error) (err error) {
	if err := sweepSearches(ctx, conn); err != nil {
		return err
	}
	name, err := randomID()
	if err != nil {
		return err
	}
	name = searchPrefix + name
	if err := conn.Exec(ctx, "CREATE TABLE "+name+" "+jobColumns+" ENGINE = Memory"); err != nil {
		return fmt.Errorf("cannot create the table of a search: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTimeout)
		defer cancel()
		if dropped := conn.Exec(ctx, "DROP TABLE IF EXISTS "+name+" SYNC"); dropped != nil {
			err = errors.Join(err, fmt.Errorf("cannot drop the table of a search: %w", dropped))
		}
	}()
	if err := fillJob(ctx, conn, name, p, nil); err != nil {
		return err
	}
	return look(name)
}

// cleanupTimeout bounds what is done after an interruption.
const cleanupTimeout = 3 * time.Second

// abandonedAfter is when the table of a search that was killed is dropped.
const abandonedAfter = "INTERVAL 1 DAY"

func sweepSearches(ctx context.Context, conn driver.Conn) error {
	var left []string
	err := conn.QueryRow(ctx, "SELECT groupArray(name) FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '"+searchPrefix+
		"') AND metadata_modification_time < now() - "+abandonedAfter).Scan(&left)
	if err != nil {
		return fmt.Errorf("cannot look for tables of old searches: %w", err)
	}
	for _, name := range left {
		if err := conn.Exec(ctx, "DROP TABLE IF EXISTS "+quote(name)+" SYNC"); err != nil {
			return fmt.Errorf("cannot drop the table of an old search: %w", err)
		}
	}
	return nil
}

func randomID() (string, error) {
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("cannot make a random name: %w", err)
	}
	return hex.EncodeToString(id[:]), nil
}
