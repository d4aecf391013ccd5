package azureapim

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
)

func TestSamplesBecomeTheGoldenSpans(t *testing.T) {
	accesslogtest.Golden(t, Format(), "eventhub_records.json", "single.json")
}

// Of the developer account that owns the subscription, not of who called.
func TestTheAccountIsNotTheUser(t *testing.T) {
	attributes := accesslogtest.Attributes(t, Format(), `{"category":"GatewayLogs","properties":{"method":"GET","userId":"1"}}`)
	require.NotContains(t, attributes, "user.id")
	require.Equal(t, "1", attributes["azure.apim.user.id"])
}

func TestOneBadRecordOfAnEnvelopeDoesNotCostTheOthers(t *testing.T) {
	td, refused, err := Format().Decode([]byte(`{"records":[{"category":"GatewayLogs","properties":{"method":"GET"}},7,{"category":"AuditEvent"}]}`), accesslogtest.Options())
	require.NoError(t, err)
	require.Equal(t, 1, td.SpanCount())
	require.Len(t, refused, 2)
	require.Equal(t, 1, refused[0].Index)
	require.Equal(t, 2, refused[1].Index)
}

// As an Event Hubs trigger hands them over.
func TestSeveralEnvelopesComeInAnArray(t *testing.T) {
	const envelope = `{"records":[{"category":"GatewayLogs","correlationId":"1","properties":{"method":"GET"}}]}`
	td, refused, err := Format().Decode([]byte("["+envelope+","+envelope+"]"), accesslogtest.Options())
	require.NoError(t, err)
	require.Empty(t, refused)
	require.Equal(t, 2, td.SpanCount())
}

func TestUnusableRecordsAreRefusedWithTheField(t *testing.T) {
	accesslogtest.Refused(t, Format(), `{"category":"WebSocketConnectionLogs"}`, "category")
	accesslogtest.Refused(t, Format(), `{"category":"GatewayLogs","properties":{}}`, "properties.method")
	accesslogtest.Refused(t, Format(), `{"category":"GatewayLogs","time":"2020-10-14T17:xx:xx.xx","properties":{"method":"GET"}}`, "time")
}

func FuzzDecode(f *testing.F) {
	accesslogtest.Fuzz(f, Format(), "eventhub_records.json", "single.json")
}
