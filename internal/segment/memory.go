package segment

import (
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// memory is files that end with the process.
type memory struct {
	mu    sync.Mutex
	files map[string]*memoryFile
}

var _ files = (*memory)(nil)

func newMemory() *memory { return &memory{files: map[string]*memoryFile{}} }

func (m *memory) makeFolder(string) error { return nil }

func (m *memory) syncFolder(string) error { return nil }

func (m *memory) list(folder string) ([]entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var entries []entry
	for path, f := range m.files {
		if filepath.Dir(path) == filepath.Clean(folder) {
			size, _ := f.Size()
			entries = append(entries, entry{name: filepath.Base(path), size: size})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries, nil
}

func (m *memory) create(path string) (file, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files[path] != nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
	}
	f := &memoryFile{}
	m.files[path] = f
	return f, nil
}

func (m *memory) open(path string) (file, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.files[path]
	if f == nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return f, nil
}

func (m *memory) rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.files[from]
	if f == nil {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	delete(m.files, from)
	m.files[to] = f
	return nil
}

func (m *memory) remove(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files[path] == nil {
		return &fs.PathError{Op: "remove", Path: path, Err: fs.ErrNotExist}
	}
	delete(m.files, path)
	return nil
}

// memoryFile is its own open file.
type memoryFile struct {
	mu   sync.RWMutex
	data []byte
}

func (f *memoryFile) ReadAt(p []byte, at int64) (int, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if at >= int64(len(f.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.data[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memoryFile) WriteAt(p []byte, at int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data = writeAt(f.data, p, at)
	return len(p), nil
}

// writeAt is data with p at an offset; what is skipped is zero.
func writeAt(data, p []byte, at int64) []byte {
	if end := int(at) + len(p); end > len(data) {
		data = append(data, make([]byte, end-len(data))...)
	}
	copy(data[at:], p)
	return data
}

func (f *memoryFile) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data = f.data[:size]
	return nil
}

func (f *memoryFile) Size() (int64, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return int64(len(f.data)), nil
}

func (f *memoryFile) Sync() error { return nil }

func (f *memoryFile) Close() error { return nil }
