//go:build !linux

package libchdb

// saveSignalHandlers is not needed where libchdb leaves the handlers alone once
// chdb_set_signal_handlers_enabled(0) was called.
func saveSignalHandlers() (restore func()) { return func() {} }
