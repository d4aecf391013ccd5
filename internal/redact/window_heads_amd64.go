package redact

import "unsafe"

// mayNameVector and mayNameContextVector are the loops of mayName and of
// mayNameContext. The text goes on for aheadOfHeads bytes behind each of the heads.
func mayNameVector(f *nameFilter, text string, heads uint64) uint64 {
	return mayNameBMI(f, unsafe.StringData(text), heads)
}

func mayNameContextVector(f *contextFilter, text string, heads uint64) uint64 {
	return mayNameContextBMI(f, unsafe.StringData(text), heads)
}

//go:noescape
func mayNameBMI(f *nameFilter, text *byte, heads uint64) (likely uint64)

//go:noescape
func mayNameContextBMI(f *contextFilter, text *byte, heads uint64) (likely uint64)
