package redact

import "testing"

func BenchmarkActions(b *testing.B) {
	text := "to ada.lovelace@example.com and back"
	for _, action := range actionNames {
		b.Run(action, func(b *testing.B) {
			e := mustNew(b, Config{Action: action, TokenKeys: markKeys(), SealKeys: markKeys()})
			b.ReportAllocs()
			for b.Loop() {
				e.String("", text)
			}
		})
	}
}

func BenchmarkToken(b *testing.B) {
	keys, err := newTokenWriters(markKeys())
	if err != nil {
		b.Fatal(err)
	}
	dst := make([]byte, 0, 128)
	b.ReportAllocs()
	for b.Loop() {
		dst = keys[0].put(dst[:0], "EMAIL", "pii/email", "ada.lovelace@example.com", false)
	}
}

func BenchmarkSeal(b *testing.B) {
	keys, err := newSealKeys(markKeys())
	if err != nil {
		b.Fatal(err)
	}
	r := &replacer{label: "EMAIL", detector: "email"}
	dst := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		if dst, err = keys.seal(dst[:0], r, "ada.lovelace@example.com"); err != nil {
			b.Fatal(err)
		}
	}
}

// What a policy's key lists and rules add to each value.
func BenchmarkKeyRules(b *testing.B) {
	p, err := NewPolicy(PolicyConfig{
		Config: Config{BlockedKeys: []string{"app.note", "*.internal"}, IgnoredKeys: []string{"user.id", "enduser.id"}},
		Rules:  []Rule{{Keys: []string{"user.email", "customer.*"}, Settings: Settings{Action: "mask"}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	e := p.For(Scope{})
	b.ReportAllocs()
	for b.Loop() {
		e.String("http.request.method", "GET")
	}
}

func BenchmarkFor(b *testing.B) {
	p, err := NewPolicy(PolicyConfig{Rules: []Rule{{Tenants: []string{"acme"}, Settings: Settings{Action: "mask"}}}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p.For(Scope{"traces", "acme", "crm-sync"})
	}
}
