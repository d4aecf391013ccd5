package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What Kong's http-log plugin posts becomes actions of the consumer's connector,
// and a call without consumer is unattributed.
func TestKongLogsBecomeActionsOfTheirConsumer(t *testing.T) {
	c := newCollector(t)
	c.start(t)
	payload, err := os.ReadFile("testdata/kong_http_log_batch.json")
	require.NoError(t, err)
	now := time.Now()
	payload = regexp.MustCompile(`"started_at": \d+`).ReplaceAll(payload, fmt.Appendf(nil, `"started_at": %d`, now.UnixMilli()))

	response, err := http.Post("http://"+c.Intake+"/kong", "application/json", bytes.NewReader(payload)) //nolint:noctx // the client's own time limit is enough
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)

	c.awaitActions(t, 2)
	attributed := c.who(t, "--connector", "crm-sync")
	require.Len(t, attributed, 1)
	require.Equal(t, "0af7651916cd43dd8448eb211c80319c", attributed[0].TraceID)
	require.Equal(t, "POST /example-route", attributed[0].Endpoint)
	require.Equal(t, "verified", attributed[0].IdentityStatus)
	require.Equal(t, "gateway_log", attributed[0].Source)
	require.WithinDuration(t, now, attributed[0].Time, time.Second)
	require.Len(t, c.who(t, "--unattributed"), 1)
}
