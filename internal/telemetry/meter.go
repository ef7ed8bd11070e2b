package telemetry

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Meter has the counts of one host. A nil Meter counts nothing. Its methods may be called by many goroutines at once.
type Meter struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	refused  *prometheus.CounterVec
	live     prometheus.Gauge
	appends  *prometheus.CounterVec
	group    prometheus.Histogram
	commit   *prometheus.HistogramVec
	logins   *prometheus.CounterVec
	sizes    atomic.Pointer[func() Sizes]
}

// Sizes are those of the whole host.
type Sizes struct {
	Processes, Rooms int
	Entries          int64
	Ready            bool // the host answers
	Writable         bool // the disk takes what is written
	Pinned           bool // the pin, where there is one, could be written
}

// Appended is what became of an act that somebody wrote.
type Appended string

// What becomes of an act.
const (
	Stored      Appended = "stored"
	Repeated    Appended = "repeated"    // its key was used before for the same act
	Refused     Appended = "refused"     // something was wrong with it, or the seat may not write it
	Conflict    Appended = "conflict"    // the room had moved on
	Unseen      Appended = "unseen"      // there is no such room for its writer
	Unavailable Appended = "unavailable" // the disk is full or read-only
	Failed      Appended = "failed"      // the record is stopped, or something went wrong here
	Abandoned   Appended = "abandoned"   // its writer did not wait; it may be stored all the same
)

var appended = []Appended{Stored, Repeated, Refused, Conflict, Unseen, Unavailable, Failed, Abandoned}

// Refusal is why a request was not let in.
type Refusal string

// Why requests are not let in.
const (
	ByHost        Refusal = "host"        // it was for another host
	ByOrigin      Refusal = "origin"      // another site's page made it
	ByAddress     Refusal = "address"     // its address had too many under way
	ByLoad        Refusal = "load"        // the host had too many under way
	ByStreams     Refusal = "streams"     // its seat, its address or the host had too many live connections
	ByConnections Refusal = "connections" // its address or the host had too many connections
)

var refusals = []Refusal{ByHost, ByOrigin, ByAddress, ByLoad, ByStreams, ByConnections}

// LogIn is how an attempt to log in ended.
type LogIn string

// How attempts to log in end.
const (
	LoggedIn   LogIn = "in"
	SecondStep LogIn = "second-step" // the first step was right, and a second is asked for
	Denied     LogIn = "denied"
	Limited    LogIn = "limited" // there were too many
)

var logIns = []LogIn{LoggedIn, SecondStep, Denied, Limited}

// durations are the upper bounds of histograms of time, in seconds.
var durations = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// New returns a meter with a registry of its own. version is the program's.
func New(version string) *Meter {
	r := prometheus.NewRegistry()
	m := &Meter{
		registry: r,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_requests_total", Help: "Requests answered, by the name of the route and the class of the status.",
		}, []string{"route", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parley_request_seconds", Help: "Time to answer, without live connections, by the name of the route.", Buckets: durations,
		}, []string{"route"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_not_let_in_total", Help: "Requests and connections that were turned away at the door, by why.",
		}, []string{"why"}),
		live: prometheus.NewGauge(prometheus.GaugeOpts{Name: "parley_live_connections", Help: "Live connections that are open."}),
		appends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_appends_total", Help: "Acts that somebody wrote, by what became of them.",
		}, []string{"result"}),
		group: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_commit_acts", Help: "Acts stored in one transaction.", Buckets: prometheus.ExponentialBuckets(1, 2, 11),
		}),
		commit: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parley_commit_seconds", Help: "Time to make a group of acts durable, which is mostly the fsync.", Buckets: durations,
		}, []string{"result"}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_logins_total", Help: "Attempts to log in, by how they ended.",
		}, []string{"result"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "parley_build_info", Help: "The program's version; always 1."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	r.MustRegister(m.requests, m.seconds, m.refused, m.live, m.appends, m.group, m.commit, m.logins, build, sizesOf{m},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	// What has not happened yet is 0, not missing: a rate over it has a beginning.
	for _, v := range appended {
		m.appends.WithLabelValues(string(v))
	}
	for _, v := range refusals {
		m.refused.WithLabelValues(string(v))
	}
	for _, v := range logIns {
		m.logins.WithLabelValues(string(v))
	}
	return m
}

// Handler answers with all metrics, in the text formats of Prometheus.
func (m *Meter) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// Request counts an answer. took counts only where the answer is no live connection.
func (m *Meter) Request(route string, status int, took time.Duration, live bool) {
	if m == nil {
		return
	}
	class := "none" // the client went away
	if status >= 100 && status < 600 {
		class = string(rune('0'+status/100)) + "xx"
	}
	m.requests.WithLabelValues(route, class).Inc()
	if !live {
		m.seconds.WithLabelValues(route).Observe(took.Seconds())
	}
}

// NotLetIn counts what was turned away.
func (m *Meter) NotLetIn(why Refusal) {
	if m != nil {
		m.refused.WithLabelValues(string(why)).Inc()
	}
}

// Live counts live connections: 1 for one that begins, -1 for one that ends.
func (m *Meter) Live(n int) {
	if m != nil {
		m.live.Add(float64(n))
	}
}

// Append counts an act by what became of it.
func (m *Meter) Append(a Appended) {
	if m != nil {
		m.appends.WithLabelValues(string(a)).Inc()
	}
}

// Commit counts a group of acts that were to be stored together.
func (m *Meter) Commit(acts int, took time.Duration, err error) {
	if m == nil {
		return
	}
	result := "stored"
	if err != nil {
		result = "failed"
	} else {
		m.group.Observe(float64(acts))
	}
	m.commit.WithLabelValues(result).Observe(took.Seconds())
}

// LogIn counts an attempt to log in.
func (m *Meter) LogIn(l LogIn) {
	if m != nil {
		m.logins.WithLabelValues(string(l)).Inc()
	}
}

// Sizes sets what is asked for the sizes of the host whenever the metrics are read.
func (m *Meter) Sizes(ask func() Sizes) {
	if m != nil {
		m.sizes.Store(&ask)
	}
}

// sizesOf collects the sizes when they are asked for.
type sizesOf struct{ m *Meter }

var (
	processesDesc = prometheus.NewDesc("parley_processes", "Processes of the host.", nil, nil)
	roomsDesc     = prometheus.NewDesc("parley_rooms", "Rooms of the host, of all processes together.", nil, nil)
	entriesDesc   = prometheus.NewDesc("parley_entries", "Entries of the record, of all rooms together.", nil, nil)
	readyDesc     = prometheus.NewDesc("parley_ready", "1 while the host answers, 0 when its record has stopped or it is ending.", nil, nil)
	pinnedDesc    = prometheus.NewDesc("parley_pin_written", "1 unless the file with pinned checkpoints could not be written.", nil, nil)
	writableDesc  = prometheus.NewDesc("parley_disk_writable", "1 while the data folder takes what is written.", nil, nil)
)

// Describe implements prometheus.Collector.
func (sizesOf) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{processesDesc, roomsDesc, entriesDesc, readyDesc, writableDesc, pinnedDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (s sizesOf) Collect(ch chan<- prometheus.Metric) {
	ask := s.m.sizes.Load()
	if ask == nil {
		return
	}
	z := (*ask)()
	yes := map[bool]float64{true: 1}
	for d, v := range map[*prometheus.Desc]float64{
		processesDesc: float64(z.Processes), roomsDesc: float64(z.Rooms), entriesDesc: float64(z.Entries),
		readyDesc: yes[z.Ready], writableDesc: yes[z.Writable], pinnedDesc: yes[z.Pinned],
	} {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
}
