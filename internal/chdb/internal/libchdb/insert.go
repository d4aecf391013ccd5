package libchdb

import (
	"errors"
	"runtime"
	"unsafe"
)

// Insert is an INSERT whose data is pushed in pieces. Until Commit nothing is
// promised; blocks the engine has already written stay, as in ClickHouse.
type Insert struct {
	conn   *Conn
	handle unsafe.Pointer
}

// Insert starts an INSERT without data and without a FORMAT clause.
func (c *Conn) Insert(query, format string, params ...Param) (*Insert, error) {
	args := pack(query, format, params)
	defer args.release()
	l := c.library
	handle := l.c.insert(c.connection(), args.query, args.queryLen, args.format, args.formatLen,
		args.names, args.nameLens, args.values, args.valueLens, args.count)
	if handle == nil {
		return nil, errors.New("the engine returned neither an insert nor an error")
	}
	if message := l.c.insertError(handle); message != "" {
		l.c.insertDestroy(handle)
		return nil, parseError(message)
	}
	return &Insert{conn: c, handle: handle}, nil
}

// ErrInsertEnded says that the engine takes no more data; Commit knows why.
var ErrInsertEnded = errors.New("the engine takes no more data for this insert")

// Write pushes a piece of the encoded data. It may wait for the engine.
func (i *Insert) Write(data []byte) (int, error) {
	if len(data) == 0 {
		return 0, nil
	}
	var pin runtime.Pinner
	pin.Pin(&data[0])
	defer pin.Unpin()
	if i.conn.library.c.insertAppend(i.handle, unsafe.Pointer(&data[0]), uintptr(len(data))) != 0 {
		return 0, ErrInsertEnded
	}
	return len(data), nil
}

// Commit ends the data and waits until the engine has written it.
func (i *Insert) Commit() (Stats, error) {
	l := i.conn.library
	result, err := l.result(l.c.insertDone(i.handle))
	if err != nil {
		return Stats{}, err
	}
	defer result.Close()
	return result.Stats(), nil
}

// Close gives the insert's memory back, and cancels it if it was not committed.
func (i *Insert) Close() {
	if i.handle != nil {
		i.conn.library.c.insertDestroy(i.handle)
		i.handle = nil
	}
}
