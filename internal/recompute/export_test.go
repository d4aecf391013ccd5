package recompute

import (
	"context"
	"time"
)

// LeaseLasts sets how long a lease lasts that nobody renews.
func (r *Resolver) LeaseLasts(d time.Duration) { r.leaseLasts = d }

// Lease takes the lease as Run does, and gives what ends it.
func (r *Resolver) Lease(ctx context.Context) (release func() error, held bool, err error) {
	_, release, held, err = r.lease(ctx)
	return release, held, err
}

// Work does what Run does with the lease, without asking for it.
func (r *Resolver) Work(ctx context.Context) (Result, error) { return r.work(ctx) }

// GroupReports sets how many reports one step works on.
func (r *Resolver) GroupReports(n int) { r.groupReports = n }

// HardCalls sets how many calls are decided report by report at a time.
func (r *Resolver) HardCalls(n uint64) { r.hardCalls = n }

// Few sets how many keys or actions go the way of few.
func (r *Resolver) Few(n int) { r.few = n }
