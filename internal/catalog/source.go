package catalog

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// File is one file of a catalog.
type File struct {
	Name string // for errors
	Data []byte
}

// Source is where a catalog comes from. Its methods are not called at the same time.
type Source interface {
	// Read returns the catalog's files as they are now, in their order.
	Read(ctx context.Context) ([]File, error)
	// ReadBeside returns a file that the catalog names by a relative path.
	ReadBeside(ctx context.Context, path string) (File, error)
	// String names the source in errors and logs; it holds no secret.
	String() string
}

// Path is a file, or a folder of them.
func Path(path string) Source { return pathSource(path) }

type pathSource string

func (p pathSource) String() string { return string(p) }

// Read returns the file, or the .yaml and .yml files of the folder by name.
// Folders in the folder and hidden files are left out: OpenAPI files may be in
// one, and a mounted ConfigMap has others.
func (p pathSource) Read(context.Context) ([]File, error) {
	path := string(p)
	paths := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if paths, err = yamlFiles(path); err != nil {
			return nil, err
		}
	}
	files := make([]File, 0, len(paths))
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read the catalog: %w; write one, or set the right path", err)
		}
		files = append(files, File{Name: path, Data: data})
	}
	return files, nil
}

func yamlFiles(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("cannot read the catalog's folder: %w", err)
	}
	var paths []string
	for _, entry := range entries {
		name := entry.Name()
		isYAML := slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name))
		path := filepath.Join(folder, name)
		if info, err := os.Stat(path); isYAML && !strings.HasPrefix(name, ".") && err == nil && !info.IsDir() {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("cannot read the catalog: %s has no .yaml files; write one, or set the right path", folder)
	}
	return paths, nil
}

// ReadBeside reads a file relative to the folder that the catalog is in.
func (p pathSource) ReadBeside(_ context.Context, reference string) (File, error) {
	if err := isLocal(reference); err != nil {
		return File{}, err
	}
	folder := string(p)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		folder = filepath.Dir(folder)
	}
	path := filepath.Join(folder, filepath.FromSlash(reference))
	data, err := os.ReadFile(path)
	return File{Name: path, Data: data}, err
}
