package libchdb

import (
	"errors"
	"runtime"
	"unsafe"
)

// Conn is a session of the engine.
type Conn struct {
	library *Library
	handle  unsafe.Pointer // chdb_connection *, owned by libchdb
}

// Connect opens a further session. Each argument "--name=value" that names a
// query-level setting is set for this session only; unknown names are ignored
// by the engine.
func (l *Library) Connect(args ...string) (*Conn, error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	argv := make([]unsafe.Pointer, 0, len(args)+2)
	for _, arg := range append([]string{"clickhouse"}, args...) {
		text := append([]byte(arg), 0)
		pin.Pin(&text[0])
		argv = append(argv, unsafe.Pointer(&text[0]))
	}
	argv = append(argv, nil)
	pin.Pin(&argv[0])
	handle := l.c.connect(int32(len(argv)-1), unsafe.Pointer(&argv[0]))
	if handle == nil {
		return nil, errors.New("cannot open a connection to the engine: libchdb gave no reason (a bad argument, or the folder is in use)")
	}
	return &Conn{library: l, handle: handle}, nil
}

// Close ends the session and releases what it holds.
func (c *Conn) Close() {
	if c.handle != nil {
		c.library.c.closeConn(c.handle)
		c.handle = nil
	}
}

// connection is the chdb_connection behind the handle.
func (c *Conn) connection() unsafe.Pointer {
	if c.handle == nil {
		return nil
	}
	return *(*unsafe.Pointer)(c.handle)
}

// Param is a value for a {name:Type} place in a statement, as text.
type Param struct{ Name, Value string }

// Query runs a statement and keeps its whole result. An empty format is the
// engine's own choice (the FORMAT clause, else CSV).
func (c *Conn) Query(query, format string, params ...Param) (*Result, error) {
	args := pack(query, format, params)
	defer args.release()
	f := c.library.c.query
	handle := f(c.connection(), args.query, args.queryLen, args.format, args.formatLen,
		args.names, args.nameLens, args.values, args.valueLens, args.count)
	return c.library.result(handle)
}

// Stream starts a statement whose result is fetched block by block.
func (c *Conn) Stream(query, format string, params ...Param) (*Stream, error) {
	args := pack(query, format, params)
	defer args.release()
	f := c.library.c.streamQuery
	handle := f(c.connection(), args.query, args.queryLen, args.format, args.formatLen,
		args.names, args.nameLens, args.values, args.valueLens, args.count)
	first, err := c.library.result(handle)
	if err != nil {
		return nil, err
	}
	return &Stream{conn: c, handle: first}, nil
}

// arguments are a statement and its parameters, pinned for the time of a call.
type arguments struct {
	pin                                runtime.Pinner
	query, format                      unsafe.Pointer
	queryLen, formatLen                uintptr
	names, nameLens, values, valueLens unsafe.Pointer
	count                              uintptr
}

func pack(query, format string, params []Param) *arguments {
	a := &arguments{}
	a.query, a.queryLen = a.text(query)
	a.format, a.formatLen = a.text(format)
	if len(params) == 0 {
		return a
	}
	names := make([]unsafe.Pointer, len(params))
	values := make([]unsafe.Pointer, len(params))
	nameLens := make([]uintptr, len(params))
	valueLens := make([]uintptr, len(params))
	for i, param := range params {
		names[i], nameLens[i] = a.text(param.Name)
		values[i], valueLens[i] = a.text(param.Value)
	}
	a.names, a.values = a.array(unsafe.Pointer(&names[0])), a.array(unsafe.Pointer(&values[0]))
	a.nameLens, a.valueLens = a.array(unsafe.Pointer(&nameLens[0])), a.array(unsafe.Pointer(&valueLens[0]))
	a.count = uintptr(len(params))
	return a
}

// text copies s behind a pinned pointer that is never nil: libchdb refuses nil
// even for an empty text.
func (a *arguments) text(s string) (unsafe.Pointer, uintptr) {
	buffer := make([]byte, len(s)+1)
	copy(buffer, s)
	a.pin.Pin(&buffer[0])
	return unsafe.Pointer(&buffer[0]), uintptr(len(s))
}

func (a *arguments) array(pointer unsafe.Pointer) unsafe.Pointer {
	a.pin.Pin(pointer)
	return pointer
}

func (a *arguments) release() { a.pin.Unpin() }
