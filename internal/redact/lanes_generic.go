//go:build !amd64

package redact

const hasVector, hasWide = false, false

func (l *lanes) readVector(text string) { l.readSlow(text) }

func (b *block) readVector(string, int, *block) { panic("no vector instructions") }

func mayNameVector(*nameFilter, string, uint64) uint64           { panic("no vector instructions") }
func mayNameContextVector(*contextFilter, string, uint64) uint64 { panic("no vector instructions") }
