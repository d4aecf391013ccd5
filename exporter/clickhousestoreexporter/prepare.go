package clickhousestoreexporter

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/segment/ship"
)

// prepareSchema creates or checks the schema, and checks the server. Where
// ClickHouse does not answer, or with an error, ready is false and awaitSchema
// goes on; a configuration, schema or server that is wrong is an error at once.
func (s *store) prepareSchema(ctx context.Context) (ready bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	err = s.schemaOnce(ctx)
	switch {
	case err == nil:
		return true, nil
	case wrong(err):
		return false, err
	default:
		s.delivery.failed(fmt.Errorf("cannot prepare ClickHouse: %w", err))
		return false, nil
	}
}

// awaitSchema tries until the schema is there; false when the context ends.
func (s *store) awaitSchema(ctx context.Context) bool {
	wait := newBackoff()
	told := false
	for wait.sleep(ctx) {
		err := s.schemaOnce(ctx)
		if err == nil {
			s.delivery.recovered()
			return true
		}
		// The collector runs and keeps what arrives: too late to refuse to start.
		if wrong(err) && !told {
			told = true
			s.logger.Error("ClickHouse is back and cannot be used; what arrives is kept on disk", zap.Error(err))
			componentstatus.ReportStatus(s.host, componentstatus.NewRecoverableErrorEvent(err))
		}
		s.logger.Debug("ClickHouse is not ready", zap.Error(err))
	}
	return false
}

func (s *store) schemaOnce(ctx context.Context) error {
	if err := s.applySchema(ctx); err != nil {
		return err
	}
	warnings, err := ship.CheckServer(ctx, s.conn)
	if errors.Is(err, ship.ErrInexact) && s.cfg.CreateSchema == SchemaOff {
		warnings, err = append(warnings, err.Error()), nil
	}
	for _, warning := range warnings {
		s.logger.Warn("ClickHouse's settings are not safe", zap.String("finding", warning))
	}
	return err
}

func (s *store) applySchema(ctx context.Context) error {
	if s.cfg.CreateSchema == SchemaOff {
		return nil
	}
	// The database may be what has to be created.
	cfg := s.cfg.ClickHouse
	cfg.Database = "default"
	conn, err := cfg.Open(s.host)
	if err != nil {
		return err
	}
	defer conn.Close()
	if s.cfg.CreateSchema == SchemaCheck {
		return schema.Check(ctx, conn, s.cfg.schemaOptions())
	}
	return schema.Apply(ctx, conn, s.cfg.schemaOptions())
}

// wrong says whether waiting will not help.
func wrong(err error) bool {
	return errors.Is(err, schema.ErrDrift) || errors.Is(err, schema.ErrNotReady) || errors.Is(err, ship.ErrInexact)
}
