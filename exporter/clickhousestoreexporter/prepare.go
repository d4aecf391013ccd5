package clickhousestoreexporter

import (
	"context"
	"errors"

	"github.com/ClickHouse/clickhouse-go/v2"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/schema"
)

// prepareSchema creates or checks the schema. Where the database cannot be
// reached, ready is false and awaitSchema goes on; a schema that is wrong is an
// error at once.
func (s *store) prepareSchema(ctx context.Context) (ready bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	err = s.schemaOnce(ctx)
	switch {
	case err == nil:
		return true, nil
	case reachable(err):
		return false, err
	default:
		s.delivery.failed(err)
		return false, nil
	}
}

// awaitSchema tries until the schema is there; false when the context ends.
func (s *store) awaitSchema(ctx context.Context) bool {
	wait := newBackoff()
	for wait.sleep(ctx) {
		err := s.schemaOnce(ctx)
		if err == nil {
			s.delivery.recovered()
			return true
		}
		s.logger.Debug("The schema is not ready", zap.Error(err))
	}
	return false
}

func (s *store) schemaOnce(ctx context.Context) error {
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

// reachable says whether the error is ClickHouse's answer or the check's
// result, as opposed to no answer.
func reachable(err error) bool {
	var exception *clickhouse.Exception
	return errors.As(err, &exception) || errors.Is(err, schema.ErrDrift) || errors.Is(err, schema.ErrNotReady)
}
