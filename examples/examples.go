// Package examples holds the process files that the program shows without any other file.
package examples

import _ "embed"

// RiyadhName is where the file stands in the tree, for messages.
const RiyadhName = "examples/riyadh-2025/process.yaml"

// Riyadh is the process file of the talks in Riyadh of February 2025.
//
//go:embed riyadh-2025/process.yaml
var Riyadh string

// MinskName is where the file stands in the tree, for messages.
const MinskName = "examples/minsk-2015/process.yaml"

// Minsk is the process file of the package of measures of Minsk, February 2015.
//
//go:embed minsk-2015/process.yaml
var Minsk string
