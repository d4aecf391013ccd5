package redactprocessor

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/collector/processor/xprocessor"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

func TestLifecycle(t *testing.T) {
	ctx, factory := context.Background(), NewFactory().(xprocessor.Factory)
	require.Equal(t, metadata.Type, factory.Type())
	settings := processortest.NewNopSettings(metadata.Type)
	path, _ := policyIn(t, "exclude: [email]\n")
	shared := factory.CreateDefaultConfig().(*Config)
	shared.PolicyFile = path
	var all []component.Component
	for name, create := range map[string]func() (component.Component, error){
		"traces": func() (component.Component, error) {
			return factory.CreateTraces(ctx, settings, shared, consumertest.NewNop())
		},
		"logs": func() (component.Component, error) {
			return factory.CreateLogs(ctx, settings, shared, consumertest.NewNop())
		},
		"metrics": func() (component.Component, error) {
			return factory.CreateMetrics(ctx, settings, shared, consumertest.NewNop())
		},
		"profiles": func() (component.Component, error) {
			return factory.CreateProfiles(ctx, settings, shared, consumertest.NewNop())
		},
	} {
		c, err := create()
		require.NoError(t, err, name)
		require.NoError(t, c.Start(ctx, componenttest.NewNopHost()))
		all = append(all, c)
	}
	for _, c := range all {
		require.NoError(t, c.Shutdown(ctx))
	}
	require.NoError(t, all[0].Shutdown(ctx), "twice")
}

func TestShutdownBeforeStart(t *testing.T) {
	p, err := NewFactory().CreateTraces(context.Background(), processortest.NewNopSettings(metadata.Type), createDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, p.Shutdown(context.Background()))
}

func TestNothingIsProducedAfterShutdown(t *testing.T) {
	processortest.VerifyShutdown(t, NewFactory(), createDefaultConfig())
}

func TestPipelinesOfAConfigurationShareOneRedactor(t *testing.T) {
	f := &factory{shared: map[*Config]*redactor{}}
	settings := processortest.NewNopSettings(metadata.Type)
	one, other := createDefaultConfig(), createDefaultConfig()
	first, err := f.redactor(settings, one)
	require.NoError(t, err)
	again, err := f.redactor(settings, one)
	require.NoError(t, err)
	require.Same(t, first, again)
	second, err := f.redactor(settings, other)
	require.NoError(t, err)
	require.NotSame(t, first, second)
}

func TestFactoryReportsAWrongConfig(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Detectors = []string{"nonsense"}
	_, err := NewFactory().CreateLogs(context.Background(), processortest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.ErrorContains(t, err, `"detectors" names "nonsense"`)
}

func TestADryRunDoesNotMutate(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Mode = ModeDryRun
	factory := NewFactory().(xprocessor.Factory)
	logs, err := factory.CreateLogs(context.Background(), processortest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.False(t, logs.Capabilities().MutatesData)
	profiles, err := factory.CreateProfiles(context.Background(), processortest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.False(t, profiles.Capabilities().MutatesData)

	readOnly := newLogs()
	readOnly.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().SetStr(someone)
	readOnly.MarkReadOnly()
	require.NoError(t, logs.ConsumeLogs(context.Background(), readOnly))
	pd := newProfiles()
	tableAttribute(pd, "password").SetStr("x1")
	tableAttribute(pd, "empty")
	pd.MarkReadOnly()
	require.NoError(t, profiles.ConsumeProfiles(context.Background(), pd))
}

func TestPassesOnWhatItRedacted(t *testing.T) {
	sink := new(consumertest.LogsSink)
	p, err := NewFactory().CreateLogs(context.Background(), processortest.NewNopSettings(metadata.Type), createDefaultConfig(), sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(context.Background(), componenttest.NewNopHost()))
	ld := plog.NewLogs()
	ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("mail a@b.example")
	require.NoError(t, p.ConsumeLogs(context.Background(), ld))
	require.Equal(t, "mail <EMAIL>", sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body().Str())
	require.NoError(t, p.Shutdown(context.Background()))
}

func TestWorkBesideThePipelinesRunsAtEachTickUntilShutdown(t *testing.T) {
	r := newTestRedactor(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	ticks := make(chan struct{})
	r.every(ctx, time.Microsecond, func(ctx context.Context) {
		select {
		case ticks <- struct{}{}:
		case <-ctx.Done():
		}
	})
	<-ticks
	<-ticks
	cancel()
	r.work.Wait()
}

func TestMetadataFileDeclaresTheTelemetry(t *testing.T) {
	text, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	type attribute struct{ Enum []string }
	var file struct {
		Type       string
		Attributes map[string]attribute
		Telemetry  struct{ Metrics map[string]any }
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	require.Equal(t, metadata.Type.String(), file.Type)
	names := []string{metadata.MatchesName, metadata.FailuresName, metadata.MissedName, metadata.SelfChecksName, metadata.PolicyReloadsName}
	for _, name := range names {
		require.Contains(t, file.Telemetry.Metrics, strings.TrimPrefix(name, "otelcol_"))
	}
	require.Len(t, file.Telemetry.Metrics, len(names))
	require.ElementsMatch(t, placeNames[:], file.Attributes["place"].Enum)
	require.ElementsMatch(t, []string{reasonPanic, reasonDepth, reasonSize, reasonLimit, reasonAction, reasonOpaque}, file.Attributes["reason"].Enum)
	require.ElementsMatch(t, []metadata.Outcome{metadata.Applied, metadata.Refused, metadata.Checked, metadata.Dropped}, outcomes(file.Attributes["outcome"].Enum))
}

func outcomes(names []string) []metadata.Outcome {
	var list []metadata.Outcome
	for _, name := range names {
		list = append(list, metadata.Outcome(name))
	}
	return list
}
