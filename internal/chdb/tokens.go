package chdb

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// forgetTokens makes the tables of a stopped engine forget the deduplication
// tokens of rows that they do not have. The engine notes a token, and then gives
// the part with the rows its name: one that is killed between the two would take
// the same rows, sent again, for stored. Both are done under one lock, so that it
// can only be the last token of a table.
func forgetTokens(data string) error {
	logs, err := filepath.Glob(filepath.Join(data, "store", "*", "*", "deduplication_logs"))
	if err != nil {
		return err
	}
	for _, folder := range logs {
		if err := forgetLastToken(folder); err != nil {
			return fmt.Errorf("cannot compare the deduplication tokens in %q with the parts that are there: %w", folder, err)
		}
	}
	return nil
}

const tokenNoted = "1" // "2" says that the part was dropped

var (
	tokenLog = regexp.MustCompile(`^deduplication_log_(\d+)\.txt$`)
	// partName is partition_from_to_level, and _mutation; the partition's name
	// has no underscore.
	partName = regexp.MustCompile(`^([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?$`)
)

func forgetLastToken(folder string) error {
	path, content, err := lastTokens(folder)
	if err != nil || path == "" {
		return err
	}
	start := bytes.LastIndexByte(bytes.TrimSuffix(content, []byte("\n")), '\n') + 1
	fields := bytes.SplitN(content[start:], []byte("\t"), 3)
	if string(fields[0]) == tokenNoted && len(fields) == 3 {
		there, err := hasPart(filepath.Dir(folder), string(fields[1]))
		if err != nil || there {
			return err
		}
		return os.Truncate(path, int64(start))
	}
	return nil
}

// lastTokens reads the newest log of a table that is not empty.
func lastTokens(folder string) (path string, content []byte, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", nil, err
	}
	newest := 0
	for _, entry := range entries {
		name := tokenLog.FindStringSubmatch(entry.Name())
		if name == nil {
			continue
		}
		number, err := strconv.Atoi(name[1])
		if err != nil || number < newest {
			continue
		}
		at := filepath.Join(folder, entry.Name())
		text, err := os.ReadFile(at)
		if err != nil {
			return "", nil, err
		}
		if len(text) > 0 {
			newest, path, content = number, at, text
		}
	}
	return path, content, nil
}

// hasPart says whether a table has the part, or one that it was merged into.
func hasPart(table, name string) (bool, error) {
	wanted, ok := blocksOf(name)
	if !ok {
		return true, nil // not as we know it: leave it
	}
	entries, err := os.ReadDir(table)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(entries, func(entry os.DirEntry) bool {
		found, ok := blocksOf(entry.Name())
		return ok && found.partition == wanted.partition && found.from <= wanted.from && wanted.to <= found.to
	}), nil
}

// blocks are what a part holds: the INSERTs of a partition are numbered.
type blocks struct {
	partition string
	from, to  uint64
}

func blocksOf(part string) (blocks, bool) {
	name := partName.FindStringSubmatch(part)
	if name == nil {
		return blocks{}, false
	}
	from, errFrom := strconv.ParseUint(name[2], 10, 64)
	to, errTo := strconv.ParseUint(name[3], 10, 64)
	return blocks{name[1], from, to}, errFrom == nil && errTo == nil
}
