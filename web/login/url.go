package login

import (
	"net/url"

	"github.com/a-h/templ"
)

// URL is the page's address, from where one is sent on to then.
func URL(then string) string { return withThen("/login", then) }

// ProviderURL is where a log-in at a provider begins.
func ProviderURL(id, then string) templ.SafeURL {
	return templ.SafeURL(withThen("/login/oidc/"+url.PathEscape(id), then))
}

func withThen(path, then string) string {
	if then == "" {
		return path
	}
	return path + "?" + url.Values{"then": {then}}.Encode()
}
