// Package telemetry counts and times what a host does, for whoever runs it: metrics for Prometheus and traces by OpenTelemetry.
//
// What it is told is a route's name, a status, a size or a time. It is never told of a room, a process, a seat, a person, an address or
// a word of anybody's, so that nobody can read one out of it; and every label has a small fixed set of values. Sizes are of the whole
// host only.
package telemetry
