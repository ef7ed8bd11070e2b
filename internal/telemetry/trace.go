package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Tracer tells a collector of each request: its method, its route, its status and how long it took. A nil Tracer tells nobody.
//
// It takes no trace from whoever asks: a client that named its trace could find its own requests in the collector, and others'.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// TracerOptions say where traces go.
type TracerOptions struct {
	Endpoint string            // of a collector that takes OTLP over HTTP, as in http://127.0.0.1:4318
	Headers  map[string]string // sent along, for a collector that wants to know who tells it
	Share    float64           // of requests that are told of, from 0 to 1
	Version  string            // of the program
	Log      *slog.Logger      // gets what the collector refuses
}

// NewTracer returns a tracer that sends in the background.
func NewTracer(ctx context.Context, o TracerOptions) (*Tracer, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the address of a collector; write it as in http://127.0.0.1:4318", o.Endpoint)
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(u.String()), otlptracehttp.WithHeaders(o.Headers),
		// What is told to a collector, with its secret, is told to no other that it names.
		otlptracehttp.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}))
	if err != nil {
		return nil, fmt.Errorf("making traces: %w", err)
	}
	if o.Log != nil {
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { o.Log.Warn("traces", "error", err) }))
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithSampler(sdktrace.TraceIDRatioBased(o.Share)),
		// Not the default resource, which names the machine, the user and the arguments of the program.
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "parley"), attribute.String("service.version", o.Version))),
	)
	return &Tracer{provider, provider.Tracer("parley")}, nil
}

// Close sends what has not been sent yet.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("sending the last traces: %w", err)
	}
	return nil
}

// Request begins the span of a request. end is told the status, 0 where the client went away.
func (t *Tracer) Request(method, route string) (end func(status int)) {
	if t == nil {
		return func(int) {}
	}
	_, span := t.tracer.Start(context.Background(), route, trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", Method(method)), attribute.String("http.route", route)))
	return func(status int) {
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= 500 {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// Method is a request's method, or _OTHER for one that a client made up.
func Method(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "_OTHER"
}
