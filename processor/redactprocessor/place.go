package redactprocessor

// place is where in the telemetry a value stands.
type place uint8

const (
	placeResource place = iota
	placeEntity
	placeScope
	placeSchemaURL
	placeSpanName
	placeStatus
	placeTraceState
	placeSpan
	placeEventName
	placeEvent
	placeLink
	placeBody
	placeLog
	placeSeverity
	placeMetricName
	placeMetricText
	placeMetricMetadata
	placePoint
	placeExemplar
	placeProfileString
	placeProfileAttribute
	placeProfilePayload
	places // how many there are
)

// placeNames are the values of the label place.
var placeNames = [places]string{
	placeResource:         "resource",
	placeEntity:           "entity_ref",
	placeScope:            "scope",
	placeSchemaURL:        "schema_url",
	placeSpanName:         "span_name",
	placeStatus:           "status_message",
	placeTraceState:       "trace_state",
	placeSpan:             "span_attribute",
	placeEventName:        "event_name",
	placeEvent:            "event_attribute",
	placeLink:             "link_attribute",
	placeBody:             "log_body",
	placeLog:              "log_attribute",
	placeSeverity:         "severity_text",
	placeMetricName:       "metric_name",
	placeMetricText:       "metric_text",
	placeMetricMetadata:   "metric_metadata",
	placePoint:            "datapoint_attribute",
	placeExemplar:         "exemplar_attribute",
	placeProfileString:    "profile_string",
	placeProfileAttribute: "profile_attribute",
	placeProfilePayload:   "profile_payload",
}

func (p place) String() string { return placeNames[p] }

// Reasons why a value could not be scanned to its end.
const (
	reasonPanic  = "panic"
	reasonDepth  = "depth"
	reasonSize   = "size"
	reasonLimit  = "limit"  // the engine gave up: views inside views
	reasonAction = "action" // its replacement could not be made
	reasonOpaque = "opaque" // a format that cannot be looked into
)
