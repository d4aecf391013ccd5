package identity

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

// Stamp writes the decision on a record that is no report of a call: little,
// because most records of a trace are of this kind.
func (d *Decision) Stamp(attributes pcommon.Map) {
	if d.Connector != nil {
		attributes.EnsureCapacity(attributes.Len() + 4)
	}
	attributes.PutStr(lowcode.KeyIdentityStatus, d.Status.String())
	if d.Connector == nil {
		return
	}
	attributes.PutStr(lowcode.KeyIdentityMethod, d.Method.String())
	attributes.PutStr(lowcode.KeyConnectorID, d.Connector.ID)
	putText(attributes, lowcode.KeyTenantID, d.Connector.Tenant)
}

// StampReport writes the decision on a record that reports a call, with all
// that dashboards and detection group by. revision is the catalog's.
func (d *Decision) StampReport(attributes pcommon.Map, revision string) {
	const most = 16 // attributes written below and by the caller
	attributes.EnsureCapacity(attributes.Len() + most)
	d.Stamp(attributes)
	putText(attributes, lowcode.KeyIdentityCatalogRevision, revision)
	if c := d.Connector; c != nil {
		attributes.PutDouble(lowcode.KeyIdentityConfidence, d.Confidence)
		putText(attributes, lowcode.KeyConnectorName, c.Name)
		putText(attributes, lowcode.KeyConnectorOwnerTeam, c.Owner.Team)
		putText(attributes, lowcode.KeyConnectorEnvironment, c.Environment)
		if c.Lifecycle != "listed" { // the usual one goes without saying
			putText(attributes, lowcode.KeyConnectorLifecycle, c.Lifecycle)
		}
	} else {
		attributes.PutStr(lowcode.KeyIdentityUnattributedReason, d.Reason.String())
	}
	putText(attributes, lowcode.KeyPlatformName, d.Platform)
	putText(attributes, lowcode.KeyWorkflowID, d.WorkflowID)
	putText(attributes, lowcode.KeyWorkflowRunID, d.RunID)
	putText(attributes, lowcode.KeyCredentialID, d.CredentialID)
	putList(attributes, lowcode.KeyIdentityEvidence, d.Evidence())
	putList(attributes, lowcode.KeyIdentityConflict, d.Conflict())
}

func putText(attributes pcommon.Map, key, value string) {
	if value != "" {
		attributes.PutStr(key, value)
	}
}

func putList(attributes pcommon.Map, key string, values []string) {
	if len(values) == 0 {
		return
	}
	list := attributes.PutEmptySlice(key)
	list.EnsureCapacity(len(values))
	for _, value := range values {
		list.AppendEmpty().SetStr(value)
	}
}
