package lowcode

import "strings"

// IsKey reports whether a key is one of this package, and not just one that
// begins as they do: anybody can send lowcode.note.
func IsKey(key string) bool {
	if !strings.HasPrefix(key, Prefix) {
		return false
	}
	_, ok := known[key]
	return ok
}

var known = func() map[string]struct{} {
	set := map[string]struct{}{}
	for _, key := range []string{
		KeyConnectorID, KeyConnectorName, KeyConnectorOwnerTeam, KeyConnectorEnvironment, KeyConnectorLifecycle,
		KeyPlatformName, KeyWorkflowID, KeyWorkflowRunID, KeyWorkflowStepName, KeyTenantID,
		KeyIdentityStatus, KeyIdentityConfidence, KeyIdentityMethod, KeyIdentityEvidence, KeyIdentityConflict,
		KeyIdentityUnattributedReason, KeyIdentityCatalogRevision, KeyIdentityVouched, KeyCredentialID, KeyCredentialHash, KeyCredentialType,
		KeyTokenID, KeyTokenIssuer, KeyTokenAudience, KeyTokenScopes, KeyTokenClientID, KeyTokenExpiresIn,
		KeyActorChain, KeyActorDepth, KeyActorType, KeyClientCountry, KeyClientASNumber, KeyClientASOrganization,
		KeyRequestID, KeyRequestCost, KeyRequestCostCurrency, KeyRequestDryRun, KeyRequestRows, KeyAPIID, KeyAPIOperationID,
		KeyDataClassification, KeyDataRetentionClass, KeyReportSource, KeyTimeClamped, KeyTextReplaced,
		KeyRedactionDetectors, KeyRedactionCount, KeyRedactionAliases,
		KeyFindingFingerprint, KeyFindingStatus, KeyFindingFamily, KeyFindingEntity, KeyFindingEndpoint, KeyFindingMeasure,
		KeyFindingObserved, KeyFindingExpected, KeyFindingLower, KeyFindingUpper, KeyFindingScore, KeyFindingEffect, KeyFindingPValue,
		KeyFindingWindowStart, KeyFindingWindowEnd, KeyFindingStartedAt, KeyFindingUpdatedAt, KeyFindingResolvedAt,
		KeyFindingBaselineDays, KeyFindingBaselineBuckets, KeyFindingContributors, KeyFindingTraceIDs,
		KeyEventID, KeyEventActor, KeyEventApprover, KeyEventSubject, KeyEventObject, KeyEventOldValue, KeyEventNewValue, KeyEventRationale,
		KeyPolicyName, KeyPolicyDecision,
		KeyFindingEvidenceSQL, KeyFindingRunbookURL, KeyFindingDashboardURL, KeyFindingRuleRevision, KeyFindingCatalogRevision,
	} {
		set[key] = struct{}{}
	}
	return set
}()
