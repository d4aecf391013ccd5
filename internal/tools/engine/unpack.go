package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// unpack writes one file of a packed package to target, executable, and on the
// disk when it returns.
func unpack(packed, name, target string) error {
	file, err := os.Open(packed)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	plain, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("it has no %s", name)
		}
		if err != nil {
			return err
		}
		if header.Name == name && header.Typeflag == tar.TypeReg {
			return write(target, archive)
		}
	}
}

func write(target string, content io.Reader) error {
	file, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755) //nolint:gosec // a library is loaded, by anyone
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Sync(), file.Close())
}
