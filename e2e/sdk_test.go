package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// An instrumented client calls an instrumented gateway, which calls an
// instrumented backend: five spans a call, one action.
func TestSDKSpansBecomeOneActionACall(t *testing.T) {
	c := newCollector(t)
	c.start(t)

	for name, client := range map[string]otlptrace.Client{
		"gRPC": otlptracegrpc.NewClient(otlptracegrpc.WithEndpoint(c.GRPC), otlptracegrpc.WithInsecure()),
		"HTTP": otlptracehttp.NewClient(otlptracehttp.WithEndpoint(c.HTTP), otlptracehttp.WithInsecure()),
	} {
		t.Run(name, func(t *testing.T) {
			exporter, err := otlptrace.New(t.Context(), client)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, exporter.Shutdown(context.Background())) })
			user := "jane-" + name
			traces := callGateway(t, exporter, user, "/contacts/17", "/contacts/18", "/contacts/19")

			actions := c.awaitActions(t, len(traces), "--user", user)

			var seen []string
			for _, a := range actions {
				seen = append(seen, a.TraceID)
				require.Equal(t, "crm-sync", a.Connector)
				require.Equal(t, "acme", a.Tenant)
				require.Equal(t, "verified", a.IdentityStatus)
				require.Equal(t, "GET /contacts/{id}", a.Endpoint)
				require.Equal(t, http.StatusOK, a.Status)
				require.Equal(t, "edge", a.Source)
				require.False(t, a.Time.IsZero())
			}
			require.ElementsMatch(t, traces, seen)
		})
	}
}

// callGateway makes one call a path and returns their trace ids.
func callGateway(t *testing.T, exporter sdktrace.SpanExporter, user string, paths ...string) []string {
	t.Helper()
	backend := httptest.NewServer(handler(exporter, "contacts-service", func(*http.Request) int { return http.StatusOK }))
	defer backend.Close()
	toBackend := client(exporter, "api-gateway")
	gateway := httptest.NewServer(handler(exporter, "api-gateway", func(r *http.Request) int {
		trace.SpanFromContext(r.Context()).SetAttributes(
			attribute.StringSlice("http.request.header.x-consumer-username", []string{"make-crm-sync"}),
			attribute.String("user.id", user))
		return get(r.Context(), t, toBackend, backend.URL+r.URL.Path)
	}))
	defer gateway.Close()

	caller := client(exporter, "make-scenario")
	tracer := provider(exporter, "make-scenario").Tracer("e2e")
	var traces []string
	for _, path := range paths {
		ctx, span := tracer.Start(t.Context(), "scenario step")
		require.Equal(t, http.StatusOK, get(ctx, t, caller, gateway.URL+path))
		span.End()
		traces = append(traces, span.SpanContext().TraceID().String())
	}
	return traces
}

func get(ctx context.Context, t *testing.T, client *http.Client, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := client.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// handler serves GET /contacts/{id} of an instrumented service.
func handler(exporter sdktrace.SpanExporter, service string, serve func(*http.Request) int) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /contacts/{id}", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(serve(r)) })
	return otelhttp.NewHandler(mux, service,
		otelhttp.WithTracerProvider(provider(exporter, service)), otelhttp.WithPropagators(propagation.TraceContext{}))
}

func client(exporter sdktrace.SpanExporter, service string) *http.Client {
	return &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport,
		otelhttp.WithTracerProvider(provider(exporter, service)), otelhttp.WithPropagators(propagation.TraceContext{}))}
}

// provider sends every span when it ends, so that nothing has to be flushed.
func provider(exporter sdktrace.SpanExporter, service string) *sdktrace.TracerProvider {
	return sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", service))))
}
