package simulate

// Purposes of random streams.
const (
	forPlan uint64 = iota + 1
	forConnector
	forConnectorDay
	forTenantDay
	forHour
	forIncident
	forIncidentCalls
	forSecrets
)
