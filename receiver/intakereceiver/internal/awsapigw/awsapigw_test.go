package awsapigw

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog/accesslogtest"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

func TestSamplesBecomeTheGoldenSpans(t *testing.T) {
	accesslogtest.Golden(t, Format(nil), "rest_api.ndjson", "nested.ndjson", "firehose.json")
}

// A client may choose the requestId.
func TestTheExtendedIDIsTheRequestsID(t *testing.T) {
	f := func(ids, want string) {
		t.Helper()
		require.Equal(t, want, accesslogtest.Attributes(t, Format(nil), `{"httpMethod":"GET",`+ids+`}`)["lowcode.request.id"])
	}
	f(`"requestId":"r","extendedRequestId":"e"`, "e")
	f(`"requestId":"r","extendedRequestId":"-"`, "r")
}

func TestTheCallersCredentialIsTheKeyElseTheIAMIdentity(t *testing.T) {
	f := func(caller string, want any) {
		t.Helper()
		require.Equal(t, want, accesslogtest.Attributes(t, Format(nil), `{"httpMethod":"GET",`+caller+`}`)["lowcode.credential.id"])
	}
	f(`"apiKeyId":"k","userArn":"arn:aws:iam::1:user/a"`, "k")
	f(`"apiKeyId":"-","userArn":"arn:aws:iam::1:user/a"`, "arn:aws:iam::1:user/a")
	f(`"apiKeyId":"-","caller":"-"`, nil)
}

func TestRoutesThatTakeAnyPathAreNone(t *testing.T) {
	f := func(route string, want any) {
		t.Helper()
		require.Equal(t, want, accesslogtest.Attributes(t, Format(nil), `{"httpMethod":"GET",`+route+`}`)["http.route"])
	}
	f(`"resourcePath":"/orders/{id}"`, "/orders/{id}")
	f(`"resourcePath":"/{proxy+}"`, nil)
	f(`"routeKey":"GET /orders/{id}"`, "/orders/{id}")
	f(`"routeKey":"$default"`, nil)
}

func TestXRaysTraceIsTheTrace(t *testing.T) {
	span := accesslogtest.One(t, Format(nil), `{"httpMethod":"GET","xrayTraceId":"Root=1-5bea6049-4f32ec22bb6b29e6851ed8be;Sampled=1"}`)
	require.Equal(t, "5bea60494f32ec22bb6b29e6851ed8be", span.TraceID().String())
}

func TestOneBadRecordOfAnEnvelopeDoesNotCostTheOthers(t *testing.T) {
	encode := base64.StdEncoding.EncodeToString
	records := []string{
		encode([]byte(`{"httpMethod":"GET"}`)), "%%%", encode([]byte("\x1f\x8b compressed")), encode([]byte("nope")), encode([]byte("17")),
		encode([]byte("{\"httpMethod\":\"PUT\"}\n{\"httpMethod\":\"GET\"}\n")),
	}
	body := `{"requestId":"r","timestamp":1,"records":[{"data":"` + strings.Join(records, `"},{"data":"`) + `"},7]}`
	td, refused, err := Format(nil).Decode([]byte(body), accesslogtest.Options())
	require.NoError(t, err)
	require.Equal(t, 3, td.SpanCount())
	require.Len(t, refused, 5)
	for _, refusal := range refused {
		require.NotEmpty(t, refusal.Expected)
	}
}

func TestEnvelopesOfTooManyRecordsAreRefusedAsAWhole(t *testing.T) {
	data := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("{}\n", jsonbody.MaxRecords)))
	_, _, err := Format(nil).Decode([]byte(`{"records":[{"data":"`+data+`"},{"data":"`+data+`"}]}`), accesslogtest.Options())
	require.ErrorIs(t, err, jsonbody.ErrTooMany)
}

func FuzzDecode(f *testing.F) {
	accesslogtest.Fuzz(f, Format(nil), "rest_api.ndjson", "nested.ndjson", "firehose.json")
}
