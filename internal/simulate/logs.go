package simulate

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// PlantedLogs are a few log records of a service that is careless with secrets:
// in bodies, attributes and the resource. Empty without Options.Secrets.
func (s *Simulation) PlantedLogs() plog.Logs {
	logs := plog.NewLogs()
	secrets := s.opts.Secrets
	if secrets == nil {
		return logs
	}
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "careless-worker")
	resource.Resource().Attributes().PutStr("app.config", "api_key="+secrets.APIKey)
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	at := s.end.Add(-time.Hour)
	add := func() plog.LogRecord {
		record := records.AppendEmpty()
		at = at.Add(time.Second)
		record.SetTimestamp(pcommon.NewTimestampFromTime(at))
		record.SetSeverityNumber(plog.SeverityNumberInfo)
		return record
	}
	add().Body().SetStr("login by " + secrets.Email + " with Authorization: Bearer " + secrets.Authorization)
	add().Body().SetStr("charged " + secrets.CardInGroups())
	body := add().Body().SetEmptyMap()
	body.PutStr("card", secrets.Card)
	body.PutEmptySlice("recipients").AppendEmpty().SetStr(secrets.Email)
	record := add()
	record.Body().SetStr("outgoing request")
	record.Attributes().PutStr("http.request.header.authorization", "Bearer "+secrets.Authorization)
	record.Attributes().PutEmptyMap("request").PutStr("x-api-key", secrets.APIKey)
	return logs
}
