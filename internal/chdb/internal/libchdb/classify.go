package libchdb

import "unsafe"

// analysis is chdb_query_analysis_v1.
type analysis struct {
	size, statements, flags, class uint32
}

const classReadOnly = 0

// ReadsOnly says whether the engine's parser takes the text for one statement
// that leaves no trace: SELECT, SHOW, DESCRIBE, EXPLAIN, EXISTS, CHECK.
func (c *Conn) ReadsOnly(query string) bool {
	args := pack(query, "", nil)
	defer args.release()
	out := &analysis{size: uint32(unsafe.Sizeof(analysis{}))}
	args.pin.Pin(out)
	state := c.library.c.classify(c.connection(), args.query, args.queryLen, nil, 0, unsafe.Pointer(out))
	return state == 0 && out.statements == 1 && out.class == classReadOnly
}
