package redactprocessor

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/redact"
)

// engine is what the processor needs of *redact.Engine.
type engine interface {
	Redact(key, value string) (string, []redact.Match)
	BlocksKey(key string) bool
	AllowsKey(key string) bool
	DeniesKeys() bool
	Deny(value string) (string, redact.Match)
	Leaves(key, detector, match string) bool
}

// policy is one revision of what goes, in force for whole batches.
type policy struct {
	revision string // of policy_file; empty without one
	scoped   bool   // whether a rule names connectors or tenants
	ownWords bool   // whether its patterns may match what no detector can
	warnings []string
	engines  func(redact.Scope) engine
}

func newPolicy(cfg redact.PolicyConfig, revision string) (*policy, error) {
	rules, err := redact.NewPolicy(cfg)
	if err != nil {
		return nil, err
	}
	return &policy{
		revision: revision,
		scoped:   rules.Scoped(),
		ownWords: len(cfg.Patterns) > 0,
		warnings: rules.Warnings(),
		engines:  func(s redact.Scope) engine { return rules.For(s) },
	}, nil
}

// policyFile reads the policy of a configuration, and of its file if it has one.
type policyFile struct {
	path   string
	inline redact.PolicyConfig

	seen     string // revision of the last content looked at, good or bad
	good     string // revision in force
	readFail string // the last failure to read, so that it is reported once
}

// load reads the first policy, which has to be good.
func (f *policyFile) load() (*policy, error) {
	if f.path == "" {
		return newPolicy(f.inline, "")
	}
	data, revision, err := f.read()
	if err != nil {
		return nil, err
	}
	p, err := f.parse(data, revision)
	if err != nil {
		return nil, err
	}
	f.seen, f.good = revision, revision
	return p, nil
}

// check looks at the file once. It returns a policy if there is a new one, or
// why a revision was refused; a bad one is reported the first time only. The
// content decides, not the file's time: files in a mounted volume are swapped.
func (f *policyFile) check() (next *policy, err error) {
	data, revision, err := f.read()
	if err != nil {
		if f.readFail == err.Error() {
			return nil, nil
		}
		f.readFail = err.Error()
		return nil, err
	}
	f.readFail = ""
	if revision == f.seen {
		return nil, nil
	}
	f.seen = revision
	if revision == f.good { // back to the one in force
		return nil, nil
	}
	if next, err = f.parse(data, revision); err != nil {
		return nil, err
	}
	f.good = revision
	return next, nil
}

func (f *policyFile) read() (data []byte, revision string, err error) {
	if data, err = os.ReadFile(f.path); err != nil {
		return nil, "", fmt.Errorf("cannot read \"policy_file\": %w", err)
	}
	sum := sha256.Sum256(data)
	return data, hex.EncodeToString(sum[:6]), nil
}

// parse puts the file over the configuration; the two together have to be good.
func (f *policyFile) parse(data []byte, revision string) (*policy, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("cannot parse \"policy_file\" %s: %w", f.path, err)
	}
	var file redact.PolicyConfig
	if len(doc.Content) > 0 { // an empty file says nothing
		var err error
		if file, err = redact.DecodePolicy(f.path, doc.Content[0]); err != nil {
			return nil, fmt.Errorf("cannot decode \"policy_file\" %w", err)
		}
	}
	p, err := newPolicy(f.inline.WithFile(file), revision)
	if err != nil {
		return nil, fmt.Errorf("cannot use \"policy_file\" %s: %w", f.path, err)
	}
	return p, nil
}
