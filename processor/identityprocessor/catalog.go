package identityprocessor

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
)

// openCatalog reads the first revision. A file has to be there and good. A
// server may be away, or have nothing yet, when a collector starts: calls are
// unattributed until the catalog can be had, and telemetry goes on.
func (p *identityProcessor) openCatalog(ctx context.Context, host component.Host) error {
	config := &p.config.Catalog
	switch {
	case config.File != "":
		p.source = catalog.Path(config.File)
	case config.URL != "":
		p.source = catalog.URL(config.URL, catalog.URLOptions{Token: config.Token})
	case config.Table:
		conn, err := p.config.ClickHouse.Open(host)
		if err != nil {
			return fmt.Errorf("cannot open catalog::table: %w", err)
		}
		p.stopping = append(p.stopping, func() { _ = conn.Close() })
		p.source = catalog.Table(conn)
	default:
		return nil
	}
	err := p.firstCatalog(ctx)
	if err != nil && (config.File != "" || config.ReloadInterval == 0) {
		return fmt.Errorf("cannot load the catalog: %w", err)
	}
	p.tellFirst(ctx, err)
	return nil
}

// reload looks whether files and catalog have changed.
func (p *identityProcessor) reload(ctx context.Context) {
	if changed, err := p.options.Geo.Check(); err != nil {
		p.logger.Error("a database of geo was refused; the last good one stays in use", zap.Error(err))
	} else if changed {
		p.logger.Info("a database of geo was reloaded")
	}
	switch {
	case p.source == nil:
	case p.watcher == nil:
		err := p.firstCatalog(ctx)
		p.tellFirst(ctx, err)
		if err == nil {
			p.counters.reloads.Add(ctx, 1, p.counters.applied)
		}
	default:
		p.nextCatalog(ctx)
	}
}

func (p *identityProcessor) firstCatalog(ctx context.Context) error {
	watcher, err := catalog.NewWatcher(ctx, p.source)
	if err != nil {
		return err
	}
	p.watcher = watcher
	p.use(watcher.Current())
	return nil
}

// tellFirst tells why there is no catalog yet, each reason once.
func (p *identityProcessor) tellFirst(ctx context.Context, err error) {
	if err != nil && p.failure != err.Error() {
		p.failure = err.Error()
		p.refuse(ctx, "the catalog cannot be had; no call is attributed to a connector until it can", err)
	}
}

func (p *identityProcessor) nextCatalog(ctx context.Context) {
	changed, err := p.watcher.Check(ctx)
	switch {
	case err != nil:
		p.refuse(ctx, "the catalog was refused; the last good revision stays in force", err,
			zap.String("revision", p.watcher.Current().Revision))
	case changed:
		p.use(p.watcher.Current())
		p.counters.reloads.Add(ctx, 1, p.counters.applied)
	}
}

func (p *identityProcessor) refuse(ctx context.Context, message string, err error, fields ...zap.Field) {
	p.logger.Error(message, append(fields, zap.Stringer("source", p.source), zap.Error(err))...)
	p.counters.reloads.Add(ctx, 1, p.counters.refused)
}

// use puts a catalog in force for the batches to come.
func (p *identityProcessor) use(c *catalog.Catalog) {
	p.resolver.Store(identity.NewResolver(c, p.options))
	p.logger.Info("catalog in force", zap.Stringer("source", p.source),
		zap.String("revision", c.Revision), zap.Int("connectors", len(c.Connectors)), zap.Int("tenants", len(c.Tenants)))
}
