package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/url"
)

// User may send statements.
type User struct {
	Name     string
	Password string
	// ReadOnly users run under readonly=1, and set nothing but result limits
	// and formats.
	ReadOnly bool
	// Settings hold for every statement of the user and cannot be overridden.
	Settings map[string]string
}

// credentials reads who the client says it is: X-ClickHouse-User and -Key,
// HTTP basic, or the parameters user and password.
func credentials(r *http.Request, query url.Values) (name, password string) {
	if name = r.Header.Get("X-ClickHouse-User"); name != "" || r.Header.Get("X-ClickHouse-Key") != "" {
		password = r.Header.Get("X-ClickHouse-Key")
	} else if basicName, basicPassword, ok := r.BasicAuth(); ok {
		name, password = basicName, basicPassword
	} else {
		name, password = query.Get("user"), query.Get("password")
	}
	if name == "" {
		name = "default"
	}
	return name, password
}

// authenticate compares in a time that depends neither on the name nor on how
// much of the password is right.
func (h *Handler) authenticate(name, password string) (*User, error) {
	var found *User
	for i := range h.cfg.Users {
		user := &h.cfg.Users[i]
		if equal(user.Name, name)&equal(user.Password, password) == 1 && user.Password != "" {
			found = user
		}
	}
	if found == nil {
		return nil, exception(codeAuthFailed, "%s: Authentication failed: password is incorrect, or there is no user with such name.", printable(name))
	}
	return found, nil
}

func equal(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}

// printable keeps a client's text short and harmless in messages and headers.
func printable(s string) string {
	clean := make([]rune, 0, len(s))
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			r = '?'
		}
		if clean = append(clean, r); len(clean) == 64 {
			break
		}
	}
	return string(clean)
}
