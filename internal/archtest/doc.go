// Package archtest holds the boundaries of the house as tests: who may import whom and why, what the gate lets out, what every
// act must have, and how long a file may be. It has tests only, and reads the sources as they lie in the repository.
package archtest
