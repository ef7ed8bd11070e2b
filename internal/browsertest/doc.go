// Package browsertest has tests that look at the pages as a person does: in a browser, against the real server with the example that the
// demonstration shows. Every page of the router's table is held to the rules of accessibility (axe-core, WCAG 2.2 AA) and to the pages'
// own security policy, in both colour schemes, on a phone and on a desk; the stories beside that are what people do with the pages.
//
// A missing browser, script or axe-core is a failure where PARLEY_REQUIRE_TOOLS is set, as make test sets it, and a skip elsewhere.
package browsertest
