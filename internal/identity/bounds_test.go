package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/lowcode"
)

func TestIDsOfWorkflowsThatAreTooLongAreLeftOut(t *testing.T) {
	f := func(key, stamped string) {
		t.Helper()
		fits, long := strings.Repeat("a", 256), strings.Repeat("a", 257)
		require.Equal(t, fits, resolve(t, testResolver(t), true, true, map[string]any{key: fits}).stamped[stamped])
		d := resolve(t, testResolver(t), true, true, map[string]any{key: long})
		require.NotContains(t, d.stamped, stamped)
		require.Equal(t, "unattributed no_signal", text(&d.Decision))
	}
	f(headerKey+"x-ms-workflow-id", lowcode.KeyWorkflowID)
	f(headerKey+"x-ms-workflow-run-id", lowcode.KeyWorkflowRunID)
	f(headerKey+"x-ms-workflow-operation-name", lowcode.KeyWorkflowStepName)
}

func TestALongWorkflowIDOfADecoderIsNotKeptEither(t *testing.T) {
	long := strings.Repeat("a", 257)
	d := resolve(t, testResolver(t), true, true, map[string]any{lowcode.KeyWorkflowID: long})
	require.Empty(t, d.WorkflowID)
	d = resolve(t, testResolver(t), true, true, map[string]any{"user_agent.original": "azure-logic-apps/1.0 (workflow " + long + "; version 1)"})
	require.Empty(t, d.WorkflowID)
}

func TestListsOfATokenAreStampedUpToABound(t *testing.T) {
	var entries []string
	for i := range 70 {
		entries = append(entries, fmt.Sprintf("s%d", i))
	}
	entries[1] = strings.Repeat("a", 257)
	c := good(claims{"scope": strings.Join(entries, " "), "aud": append([]string{audience}, entries...)})
	f := func(attributes map[string]any) {
		t.Helper()
		stamped := resolve(t, checkingResolver(t), true, false, attributes).stamped
		scopes, audiences := stamped[lowcode.KeyTokenScopes].([]any), stamped[lowcode.KeyTokenAudience].([]any)
		require.Len(t, scopes, 64)
		require.Equal(t, []any{"s0", "s2"}, scopes[:2])
		require.Len(t, audiences, 64)
	}
	f(map[string]any{headerKey + "authorization": bearer(signed(t, c))})
	f(map[string]any{"jwt.claims.scope": c["scope"], "jwt.claims.aud": anyOf(c["aud"].([]string))})
}

func anyOf(texts []string) []any {
	var all []any
	for _, text := range texts {
		all = append(all, text)
	}
	return all
}
