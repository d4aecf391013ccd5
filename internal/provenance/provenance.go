// Package provenance carries, with the context of a batch, which receiver of
// this collector took it in, and the hash of the request that it came as. It
// travels in-process only: nothing a sender puts into its telemetry can set it,
// so the identity processor may trust it.
package provenance

import "context"

// ReceiverIntake is the Receiver that intake sets.
const ReceiverIntake = "intake"

// Source says where a batch came from.
type Source struct {
	// Receiver is the component type that received it, e.g. "intake".
	Receiver string
	// Format is the decoder that read it, e.g. "kong".
	Format string
	// Peer is how the receiver authenticated the sender: the name of the
	// configured token or key, or a certificate's subject; empty if it did not.
	Peer string
}

type contextKey struct{}

// With returns a context that carries source.
func With(ctx context.Context, source Source) context.Context {
	return context.WithValue(ctx, contextKey{}, source)
}

// From returns the source that With put into ctx, if any.
func From(ctx context.Context) (Source, bool) {
	source, ok := ctx.Value(contextKey{}).(Source)
	return source, ok
}
