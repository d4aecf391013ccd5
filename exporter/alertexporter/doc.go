// Package alertexporter tells on-call people about findings: it takes the log
// records of the baseline receiver and notifies Alertmanagers and webhooks.
//
// It keeps which episodes fire, in a file, and what each destination has been
// told of them. Every destination has a loop of its own over that state, so
// that a slow one does not hold up the others:
//
//	ConsumeLogs ─► book (fsynced) ─┬─► loop ─► Alertmanager: again every resend_interval
//	                               └─► loop ─► webhook: once firing, once resolved
package alertexporter
