package httpapi

import (
	"context"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/chdb/internal/libchdb"
)

// session is a connection of the engine with the settings of one request. A
// fresh one for each request costs 0.2 ms, and nothing leaks from one request
// into another.
type session struct {
	*libchdb.Conn
	tag string // begins the log_comment of the session's statements
}

// open connects and applies database and settings. The tag is how a statement
// is found again to be stopped: libchdb takes no query id.
func (h *Handler) open(tag, database string, settings []setting) (*session, error) {
	conn, err := h.cfg.Library.Connect(append([]string{"--path=" + h.cfg.Path}, h.cfg.SessionArgs...)...)
	if err != nil {
		return nil, err
	}
	s := &session{conn, tag}
	if err := s.prepare(database, settings); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *session) prepare(database string, settings []setting) error {
	if database != "" && database != "default" {
		if err := s.run("USE " + identifier(database)); err != nil {
			return err
		}
	}
	comment := s.tag
	var set strings.Builder
	for _, one := range settings {
		if one.name == "log_comment" {
			comment += " " + one.value
			continue
		}
		set.WriteString(one.name + " = " + literal(one.value) + ", ")
	}
	return s.run("SET " + set.String() + "log_comment = " + literal(comment))
}

func (s *session) run(statement string) error {
	result, err := s.Query(statement, "Null")
	if err != nil {
		return err
	}
	result.Close()
	return nil
}

// literal quotes a text as ClickHouse reads it back.
func literal(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// identifier quotes a name.
func identifier(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

// stopWith kills the session's statement when ctx ends; the function returned
// ends the watch and waits for it.
func (h *Handler) stopWith(ctx context.Context, tag string) (release func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		h.kill(tag, done)
	})
	return func() {
		close(done)
		if !stop() {
			<-ended
		}
	}
}

// killInterval is how often a statement that goes on is told to stop: a kill
// that comes before the statement has begun misses it.
const killInterval = 50 * time.Millisecond

func (h *Handler) kill(tag string, done <-chan struct{}) {
	ticker := time.NewTicker(killInterval)
	defer ticker.Stop()
	for {
		if s, err := h.open("kill", "", nil); err == nil {
			// An error here means that nothing was there to be stopped yet.
			_ = s.run("KILL QUERY WHERE startsWith(Settings['log_comment'], " + literal(tag) + ") ASYNC")
			s.Close()
		}
		select {
		case <-done:
			return
		case <-ticker.C:
		}
	}
}
