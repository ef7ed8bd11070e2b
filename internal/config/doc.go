// Package config has the settings of a server: what each is called, what it means, and where its value comes from.
//
// A value comes from the flag of the command line, or else from the environment, or else from the file, or else it is the default. The
// setting tls.cert is --tls-cert, PARLEY_TLS_CERT, and cert below tls in the file. What the file has and nobody knows is an
// error, with its place: a setting that is misspelt would otherwise be one that is left out.
package config
