package httpapi

import "slices"

// settle decides which settings a request may bring, and adds those that the
// user and the method impose. The last of a name wins in the engine, so the
// imposed ones come last.
func (h *Handler) settle(q *request, user *User) error {
	if user.ReadOnly {
		for _, one := range q.settings {
			if !h.readerMaySet(one.name) {
				return exception(codeReadonly, "Cannot modify '%s' setting in readonly mode.", one.name)
			}
		}
	}
	names := make([]string, 0, len(user.Settings))
	for name := range user.Settings {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		q.settings = append(q.settings, setting{name, user.Settings[name]})
	}
	switch {
	case user.ReadOnly:
		q.settings = append(q.settings, setting{"readonly", "1"})
	case q.readOnly:
		q.settings = append(q.settings, setting{"readonly", "2"})
	}
	return nil
}

// interfaceSettings concern the HTTP interface and nothing that a statement
// sees; Grafana and clickhouse-go send some of them.
var interfaceSettings = []string{
	"add_http_cors_header", "cancel_http_readonly_queries_on_client_close", "http_headers_progress_interval_ms", "http_response_buffer_size",
	"log_comment", "send_progress_in_http_headers",
}

func (h *Handler) readerMaySet(name string) bool {
	return slices.Contains(interfaceSettings, name) || h.cfg.ReaderMaySet != nil && h.cfg.ReaderMaySet(name)
}

// guard asks whether a read-only user may run a statement.
func (h *Handler) guard(database string, in *input) error {
	if in.TakesData {
		return exception(codeReadonly, "Cannot execute query in readonly mode. For queries over HTTP, this user may only read.")
	}
	if h.cfg.Guard == nil {
		return exception(codeAccessDenied, "Not enough privileges: no statement is allowed for this user.")
	}
	if err := h.cfg.Guard(database, in.Text); err != nil {
		return exception(codeAccessDenied, "Not enough privileges: %v.", err)
	}
	return nil
}
