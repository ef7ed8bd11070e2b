// Package processfile reads and writes process files: talks as a YAML document, a head and a list of acts, each with its room, seat and
// time. docs/process-file.md describes the format for those who write one.
//
// [Parse] turns YAML into the JSON of acts and leaves it to the talks to say what an act is, so that a file is held to the same rules as
// any other way in. Whatever is wrong is a [Mistake], which has a line. [Load] founds the process, whole or not at all.
// [Export] writes what a view shows; loading that shows the same again.
package processfile
