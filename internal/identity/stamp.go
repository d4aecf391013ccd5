package identity

import (
	"slices"

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
	if d.Connector.Tenant != "" {
		attributes.PutStr(lowcode.KeyTenantID, d.Connector.Tenant)
	}
}

// StampReport writes the decision on a record that reports a call, with all
// that dashboards and detection group by. revision is the catalog's.
func (d *Decision) StampReport(attributes pcommon.Map, f *Facts, revision string) {
	attributes.EnsureCapacity(attributes.Len() + d.expected(f))
	w := writer{attributes}
	d.stampConnector(w, revision)
	d.stampEvidence(w, f)
	f.stampCall(w)
	f.stampToken(w)
	f.stampPlace(w)
	// These two are not Weir's own, and may be there without a value.
	if f.route != "" {
		attributes.PutStr("http.route", f.route)
	}
	if f.user != "" {
		attributes.PutStr("user.id", f.user)
	}
}

func (d *Decision) stampConnector(w writer, revision string) {
	w.text(lowcode.KeyIdentityStatus, d.Status.String())
	w.text(lowcode.KeyIdentityCatalogRevision, revision)
	if c := d.Connector; c != nil {
		w.text(lowcode.KeyIdentityMethod, d.Method.String())
		w.attribute(lowcode.KeyIdentityConfidence).SetDouble(d.Confidence)
		w.text(lowcode.KeyConnectorID, c.ID)
		w.text(lowcode.KeyTenantID, c.Tenant)
		w.text(lowcode.KeyConnectorName, c.Name)
		w.text(lowcode.KeyConnectorOwnerTeam, c.Owner.Team)
		w.text(lowcode.KeyConnectorEnvironment, c.Environment)
		if c.Lifecycle != usualLifecycle {
			w.text(lowcode.KeyConnectorLifecycle, c.Lifecycle)
		}
	} else {
		w.text(lowcode.KeyIdentityUnattributedReason, d.Reason.String())
	}
	w.text(lowcode.KeyPlatformName, d.Platform)
	w.text(lowcode.KeyWorkflowID, d.WorkflowID)
	w.text(lowcode.KeyWorkflowRunID, d.RunID)
}

// usualLifecycle goes without saying.
const usualLifecycle = "listed"

// typeCertificate is the credential type of a client certificate, the only one
// that is no text.
const typeCertificate = "mtls"

func (d *Decision) stampEvidence(w writer, f *Facts) {
	if d.Vouched {
		w.attribute(lowcode.KeyIdentityVouched).SetBool(true)
	}
	evidence := append(d.Evidence(), d.trust.evidence()...)
	if f.userConflict {
		evidence = append(evidence, "user_conflict=user.id")
	}
	if f.userEvidence != "" {
		evidence = append(evidence, f.userEvidence)
	}
	w.list(lowcode.KeyIdentityEvidence, evidence)
	w.list(lowcode.KeyIdentityConflict, d.Conflict())
	w.text(lowcode.KeyCredentialID, d.CredentialID)
	w.text(lowcode.KeyCredentialHash, f.hash)
	credentialType := f.credentialType
	if credentialType == "" && d.Method == MTLS {
		credentialType = typeCertificate
	}
	w.text(lowcode.KeyCredentialType, credentialType)
}

func (f *Facts) stampCall(w writer) {
	w.text(lowcode.KeyReportSource, f.Source)
	w.text(lowcode.KeyWorkflowStepName, f.step)
	o := f.operation
	if o == nil {
		return
	}
	w.text(lowcode.KeyAPIID, o.API.ID)
	w.text(lowcode.KeyAPIOperationID, o.ID)
	w.text(lowcode.KeyDataClassification, o.Classification)
	w.text(lowcode.KeyDataRetentionClass, o.RetentionClass)
	if o.CostPerCall > 0 && !f.hasCost {
		w.attribute(lowcode.KeyRequestCost).SetDouble(o.CostPerCall)
		w.text(lowcode.KeyRequestCostCurrency, o.Currency)
	}
}

func (f *Facts) stampToken(w writer) {
	t := f.token
	if t == nil {
		return
	}
	w.text(lowcode.KeyTokenID, t.ID)
	w.text(lowcode.KeyTokenIssuer, t.Issuer)
	w.list(lowcode.KeyTokenAudience, bounded(t.Audience))
	w.list(lowcode.KeyTokenScopes, bounded(t.Scopes))
	w.text(lowcode.KeyTokenClientID, t.ClientID)
	if t.Expires.After(t.IssuedAt) && !t.IssuedAt.IsZero() {
		w.attribute(lowcode.KeyTokenExpiresIn).SetInt(t.Expires.Unix() - t.IssuedAt.Unix())
	}
	w.text(lowcode.KeyActorType, t.ActorType)
	if len(t.Actors) > 0 {
		w.list(lowcode.KeyActorChain, t.Actors)
		w.attribute(lowcode.KeyActorDepth).SetInt(int64(len(t.Actors)))
	}
}

// Of a list in a token this much is stamped: whoever makes tokens, or claims of
// them, decides how long it is.
const (
	maxListed      = 64
	maxListedBytes = 256 // of each entry
)

// bounded returns the first entries of a list that are not too long.
func bounded(list []string) []string {
	isLong := func(entry string) bool { return len(entry) > maxListedBytes }
	if slices.ContainsFunc(list, isLong) {
		list = slices.DeleteFunc(slices.Clone(list), isLong)
	}
	return list[:min(len(list), maxListed)]
}

func (f *Facts) stampPlace(w writer) {
	w.text(lowcode.KeyClientCountry, f.place.Country)
	w.text(lowcode.KeyClientASOrganization, f.place.Organization)
	if f.place.ASN != 0 {
		w.attribute(lowcode.KeyClientASNumber).SetInt(int64(f.place.ASN))
	}
}
