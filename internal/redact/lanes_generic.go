//go:build !amd64

package redact

const hasVector = false

func (l *lanes) readVector(text string) { l.readSlow(text) }
