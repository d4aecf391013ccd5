package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/token"
)

// addDisabledFlag gives flags the methods that name nobody.
func addDisabledFlag(flags *pflag.FlagSet, into *[]string) {
	flags.StringSliceVar(into, "disabled", nil, "`methods` that do not count, e.g. user_agent,source_ip")
}

func disabledMethods(names []string) (map[identity.Method]bool, error) {
	off := map[identity.Method]bool{}
	for _, name := range names {
		method, known := identity.MethodOf(name)
		if !known || method == identity.TraceParent {
			return nil, cli.Usagef("--disabled %q, expected some of %s", name, strings.Join(methodNames(), ", "))
		}
		off[method] = true
	}
	return off, nil
}

func methodNames() (names []string) {
	for m := identity.MTLS; m < identity.TraceParent; m++ {
		names = append(names, m.String())
	}
	return names
}

// tokenFlags let raw tokens be verified, of one issuer.
type tokenFlags struct {
	jwks     string
	issuer   string
	audience []string
}

func (f *tokenFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.jwks, "jwks", "", "`file` or URL with the issuer's keys (a JWK Set), to verify access tokens by; with --issuer and --audience")
	flags.StringVar(&f.issuer, "issuer", "", "claim `iss` of the tokens, exactly")
	flags.StringSliceVar(&f.audience, "audience", nil, "claim `aud` that tokens must have one of")
}

// verifier fetches the keys. Without flags it is nil: no token is looked at.
func (f *tokenFlags) verifier(ctx context.Context) (*token.Verifier, error) {
	if f.jwks == "" && f.issuer == "" && len(f.audience) == 0 {
		return nil, nil //nolint:nilnil // none is what was asked for
	}
	if f.jwks == "" || f.issuer == "" || len(f.audience) == 0 {
		return nil, cli.Usagef("--jwks, --issuer and --audience go together: tokens are verified by all three")
	}
	issuer := token.IssuerConfig{Issuer: f.issuer, Audiences: f.audience, JWKSFile: f.jwks}
	if strings.HasPrefix(f.jwks, "https://") || strings.HasPrefix(f.jwks, "http://") {
		issuer.JWKSFile, issuer.JWKSURL = "", f.jwks
	}
	verifier, err := token.New(token.Config{Issuers: []token.IssuerConfig{issuer}})
	if err != nil {
		return nil, fmt.Errorf("%w: --jwks, --issuer and --audience: %w", cli.ErrUsage, err)
	}
	if err := verifier.Refresh(ctx); err != nil {
		return nil, fmt.Errorf("cannot use --jwks %s: %w", f.jwks, err)
	}
	return verifier, nil
}
