// Package libchdb binds the C interface of libchdb, the ClickHouse engine as a
// shared library. It needs no C compiler: purego calls the functions directly.
//
// The engine lives once in a process and for as long as the process; a [Conn]
// is a session of it with settings of its own. A Conn runs one statement at a
// time and must stay with one goroutine; several run in parallel.
package libchdb

import (
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// functions are the C functions in use, see chdb.h of chdb-io/chdb-core.
type functions struct {
	setSignalHandlers func(enabled int32)
	version           func() string
	connect           func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	closeConn         func(conn unsafe.Pointer)

	query        func(conn, query unsafe.Pointer, queryLen uintptr, format unsafe.Pointer, formatLen uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer
	streamQuery  func(conn, query unsafe.Pointer, queryLen uintptr, format unsafe.Pointer, formatLen uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer
	streamFetch  func(conn, stream unsafe.Pointer) unsafe.Pointer
	streamCancel func(conn, stream unsafe.Pointer)

	insert        func(conn, query unsafe.Pointer, queryLen uintptr, format unsafe.Pointer, formatLen uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer
	insertAppend  func(stream, data unsafe.Pointer, length uintptr) int32
	insertDone    func(stream unsafe.Pointer) unsafe.Pointer
	insertCancel  func(stream unsafe.Pointer)
	insertError   func(stream unsafe.Pointer) string
	insertDestroy func(stream unsafe.Pointer)

	resultBuffer       func(result unsafe.Pointer) unsafe.Pointer
	resultLength       func(result unsafe.Pointer) uintptr
	resultError        func(result unsafe.Pointer) string
	resultElapsed      func(result unsafe.Pointer) float64
	resultRowsRead     func(result unsafe.Pointer) uint64
	resultStorageRows  func(result unsafe.Pointer) uint64
	resultStorageBytes func(result unsafe.Pointer) uint64
	resultRowsWritten  func(result unsafe.Pointer) uint64
	resultBytesWritten func(result unsafe.Pointer) uint64
	resultDestroy      func(result unsafe.Pointer)

	classify func(conn, query unsafe.Pointer, queryLen uintptr, target unsafe.Pointer, targetLen uintptr, out unsafe.Pointer) int32
}

// Library is a loaded libchdb.
type Library struct {
	c functions
}

// Load maps the library into the process and looks up its functions. It does
// not start the engine yet: [Library.Boot] does.
func Load(path string) (*Library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("cannot load the engine library %q: %w", path, err)
	}
	library := &Library{}
	for name, target := range library.c.symbols() {
		address, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("cannot use the engine library %q, it lacks %s (another version of libchdb?): %w", path, name, err)
		}
		purego.RegisterFunc(target, address)
	}
	return library, nil
}

func (f *functions) symbols() map[string]any {
	return map[string]any{
		"chdb_set_signal_handlers_enabled": &f.setSignalHandlers,
		"chdb_version":                     &f.version,
		"chdb_connect":                     &f.connect,
		"chdb_close_conn":                  &f.closeConn,
		"chdb_query_with_params_n":         &f.query,
		"chdb_stream_query_with_params_n":  &f.streamQuery,
		"chdb_stream_fetch_result":         &f.streamFetch,
		"chdb_stream_cancel_query":         &f.streamCancel,
		"chdb_stream_insert_with_params_n": &f.insert,
		"chdb_stream_append":               &f.insertAppend,
		"chdb_stream_done":                 &f.insertDone,
		"chdb_stream_cancel_insert":        &f.insertCancel,
		"chdb_stream_insert_error":         &f.insertError,
		"chdb_destroy_insert_stream":       &f.insertDestroy,
		"chdb_result_buffer":               &f.resultBuffer,
		"chdb_result_length":               &f.resultLength,
		"chdb_result_error":                &f.resultError,
		"chdb_result_elapsed":              &f.resultElapsed,
		"chdb_result_rows_read":            &f.resultRowsRead,
		"chdb_result_storage_rows_read":    &f.resultStorageRows,
		"chdb_result_storage_bytes_read":   &f.resultStorageBytes,
		"chdb_result_rows_written":         &f.resultRowsWritten,
		"chdb_result_bytes_written":        &f.resultBytesWritten,
		"chdb_destroy_query_result":        &f.resultDestroy,
		"chdb_classify_query_n":            &f.classify,
	}
}

// Version is the library's own version, e.g. "26.7.3".
func (l *Library) Version() string { return l.c.version() }

// Boot starts the engine with its first connection. args are the engine's
// command line without the program name, e.g. "--path=/var/lib/weir", "--",
// "--max_server_memory_usage=1073741824". The connection returned must stay
// open: closing the last one shuts the engine down.
func (l *Library) Boot(args ...string) (*Conn, error) {
	restore := saveSignalHandlers()
	defer restore()
	l.c.setSignalHandlers(0)
	conn, err := l.Connect(args...)
	if err != nil {
		return nil, fmt.Errorf("cannot start the engine: %w", err)
	}
	return conn, nil
}
