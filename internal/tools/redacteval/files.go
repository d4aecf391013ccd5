package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// decodeFile reads the JSON values of a gzipped file, one after the other.
func decodeFile[T any](folder, name string, each func(T)) error {
	path := filepath.Join(folder, name)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot find the evaluation set %s: it is not part of the repository; name its folder with -data, or leave it out with -only made,lines", path)
	}
	if err != nil {
		return fmt.Errorf("cannot open an evaluation set: %w", err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("cannot unzip %s: %w", path, err)
	}
	decoder := json.NewDecoder(unzipped)
	for {
		var value T
		switch err := decoder.Decode(&value); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("cannot parse %s: %w", path, err)
		}
		each(value)
	}
}
