// Package library says which libchdb Weir runs on, and where it lies. It is all
// that the program behind `make engine` and the engine itself have in common.
package library

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

const (
	// Version of the @chdb/lib-<platform> packages: ClickHouse 26.7.
	Version = "26.7.3-stable.1"
	// FileName is the library's file, in the package and in the cache.
	FileName = "libchdb.so"
	// PathVariable names a libchdb to use instead of the one fetched.
	PathVariable = "CHDB_LIB_PATH"
)

// Platform names this machine as the packages do, e.g. linux-x64-gnu; empty
// where there is no package.
func Platform() string {
	return platforms[runtime.GOOS+"/"+runtime.GOARCH]
}

var platforms = map[string]string{
	"linux/amd64":  "linux-x64-gnu",
	"linux/arm64":  "linux-arm64-gnu",
	"darwin/amd64": "darwin-x64",
	"darwin/arm64": "darwin-arm64",
}

// integrities are the checksums of the packages. A platform that is not listed
// is fetched only with a checksum that the user gives.
var integrities = map[string]string{
	"linux-x64-gnu": "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
}

// Package is this platform's npm package, name@version.
func Package() string { return "@chdb/lib-" + Platform() + "@" + Version }

// Integrity is the checksum of [Package] as npm writes it; empty when none is
// pinned.
func Integrity() string { return integrities[Platform()] }

// CachePath is where `make engine` puts the library for the user.
func CachePath() (string, error) {
	platform := Platform()
	if platform == "" {
		return "", fmt.Errorf("there is no libchdb for %s/%s: use a ClickHouse server (clickhouse::endpoint)", runtime.GOOS, runtime.GOARCH)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cannot find the user's cache folder: %w", err)
	}
	return filepath.Join(cache, "weir", "engine", Version+"-"+platform, FileName), nil
}

// Find returns the path of the library: $CHDB_LIB_PATH, beside the executable,
// ../lib of it, then the cache that `make engine` fills.
func Find() (string, error) {
	if path := os.Getenv(PathVariable); path != "" {
		if !isFile(path) {
			return "", fmt.Errorf("%s is %q, which is no file: set it to a libchdb.so of version %s, or unset it and run `make engine`", PathVariable, path, Version)
		}
		return filepath.Abs(path)
	}
	var places []string
	if executable, err := os.Executable(); err == nil {
		folder := filepath.Dir(executable)
		places = append(places, filepath.Join(folder, FileName), filepath.Join(folder, "..", "lib", FileName))
	}
	cached, cacheErr := CachePath()
	if cacheErr == nil {
		places = append(places, cached)
	}
	for _, place := range places {
		if isFile(place) {
			return place, nil
		}
	}
	return "", errors.Join(fmt.Errorf("cannot find %s in any of %q: run `make engine`, or set %s to it", FileName, places, PathVariable), cacheErr)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
