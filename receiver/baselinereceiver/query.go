package baselinereceiver

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/queryrule"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/explain"
)

// maxRows is how many findings one evaluation of a query rule may make: more say
// that the rule is wrong, or that one finding would do.
const maxRows = 500

// unclear is the strength of an episode of which nothing is known at the moment:
// it neither grows nor ends.
const unclear = 0.8

// query evaluates a rule whose SQL decides. The catalog is put where SQL can read
// it. A rule whose SQL fails is told of, and does not hold up the others.
func (e *evaluationRun) query(ctx context.Context, rule scheduled, tick time.Time) (seen, error) {
	out := seen{evaluation: evaluation{rule: rule.Name, measure: rule.Measure, tick: tick}}
	if e.catalog != nil {
		if err := queryrule.PublishCatalog(ctx, e.conn, e.catalog.Current()); err != nil {
			return out, err
		}
	}
	window := queryrule.WindowAt(&rule.Rule, tick)
	rows, err := queryrule.Evaluate(ctx, e.conn, &rule.Rule, window, e.catalogRevision())
	if err != nil {
		if ctx.Err() != nil || e.conn.Ping(ctx) != nil {
			return out, fmt.Errorf("cannot evaluate rule %s: %w", rule.Name, err)
		}
		e.logger.Error("a rule cannot be evaluated; its open episodes stay as they are", zap.String("rule", rule.Name), zap.Error(err))
		out.evaluation.failed = true
		out.observations = e.unchanged(rule.Name)
		return out, nil
	}
	if len(rows) > maxRows {
		e.logger.Warn("a rule finds more than anybody will read; the rest is left out",
			zap.String("rule", rule.Name), zap.Int("findings", len(rows)), zap.Int("told", maxRows))
		rows = rows[:maxRows]
	}
	for i := range rows {
		c := &explain.Row{
			Rule: &rule.Rule, Row: rows[i], Window: window, Name: e.name(rows[i].ConnectorID),
			CatalogRevision: e.catalogRevision(), DashboardURL: e.config.DashboardURL,
		}
		strength := rows[i].Strength()
		out.observations = append(out.observations, episode.Observation{
			Fingerprint: c.Fingerprint(), Strength: strength, Describe: func() (finding.Finding, error) { return c.Finding(), nil },
		})
		if i < maxSeries {
			out.evaluation.top = append(out.evaluation.top, series{
				tenant: rows[i].TenantID, connector: rows[i].ConnectorID,
				observed: rows[i].Observed, expected: rows[i].Expected, score: detect.Score(strength),
			})
		}
	}
	return out, nil
}

// unchanged says of the open episodes of a rule that they go on as they are.
func (e *evaluationRun) unchanged(rule string) []episode.Observation {
	var all []episode.Observation
	for fingerprint, open := range e.open[rule] {
		all = append(all, episode.Observation{
			Fingerprint: fingerprint, Strength: unclear, Describe: func() (finding.Finding, error) { return open.Finding, nil },
		})
	}
	return all
}

func (r *runner) name(connector string) string {
	if r.catalog == nil {
		return ""
	}
	if c := r.catalog.Current().ConnectorByID(connector); c != nil {
		return c.Name
	}
	return ""
}
