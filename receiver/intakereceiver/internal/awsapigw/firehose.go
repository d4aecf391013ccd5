package awsapigw

import (
	"bytes"
	"encoding/base64"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// unwrap returns the lines in the envelope that Firehose posts,
// {"requestId":…,"timestamp":…,"records":[{"data":"<base64>"}]}, or the record
// itself where it is no envelope.
//
// See https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
func unwrap(record fields.Object) ([]fields.Object, []jsonbody.Refusal) {
	records, isEnvelope := record["records"].([]any)
	if !isEnvelope {
		return []fields.Object{record}, nil
	}
	var entries []fields.Object
	var refused []jsonbody.Refusal
	for i, element := range records {
		found, unread := lines(element)
		for _, refusal := range unread {
			refusal.Index = i
			refused = append(refused, refusal)
		}
		if entries = append(entries, found...); len(entries) > jsonbody.MaxRecords {
			break // Decode refuses them all
		}
	}
	return entries, refused
}

// gzipMagic begins what CloudWatch's subscription filters send.
var gzipMagic = []byte{0x1f, 0x8b}

// lines returns the lines in one of Firehose's records, and what is none.
func lines(element any) ([]fields.Object, []jsonbody.Refusal) {
	envelope, _ := element.(map[string]any)
	text, _ := envelope["data"].(string)
	data, err := base64.StdEncoding.DecodeString(text)
	switch {
	case err != nil || len(data) == 0:
		return nil, refuse("is not base64", "what Firehose's HTTP endpoint delivery sends")
	case bytes.HasPrefix(data, gzipMagic):
		return nil, refuse("is compressed", "API Gateway's log straight to Firehose, or Firehose's decompression and message extraction turned on")
	}
	found, refused, err := jsonbody.Split(data)
	if err != nil {
		return nil, refuse(err.Error(), "one line of API Gateway's JSON access log")
	}
	entries := make([]fields.Object, 0, len(found))
	for _, line := range found {
		if entry, ok := fields.Parse(line.Raw); ok {
			entries = append(entries, entry)
			continue
		}
		refused = append(refused, refuse("is not a JSON object", "one line of API Gateway's JSON access log")...)
	}
	return entries, refused
}

func refuse(reason, expected string) []jsonbody.Refusal {
	return []jsonbody.Refusal{{Field: "records.data", Reason: reason, Expected: expected}}
}
