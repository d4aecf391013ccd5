package clickhousestoreexporter

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/segment"
)

// AuditConfig is of the chain over audit events.
type AuditConfig struct {
	// SigningKeyFile is made where it is missing; empty means signing.key in the
	// folder audit of the segment folder.
	SigningKeyFile string `mapstructure:"signing_key_file"`
	// CheckpointInterval is how long events may be without a signature.
	CheckpointInterval time.Duration `mapstructure:"checkpoint_interval"`
}

const (
	// auditFolder is inside the segment folder.
	auditFolder = "audit"
	// originAudit is of rows that the chain itself adds.
	originAudit = "audit"
)

// auditTrail chains the audit events of the segments and signs the chain's head.
type auditTrail struct {
	ledger   *audit.Ledger
	counts   *ledger
	health   *health
	interval time.Duration
	stating  sync.Mutex // held from when statements are due until they are stored
}

func openAuditTrail(cfg *Config, logger *zap.Logger, counts *ledger, health *health) (*auditTrail, error) {
	key, directory, err := auditKey(cfg)
	if err != nil {
		return nil, err
	}
	chain, err := audit.Open(audit.Settings{
		Directory: directory,
		Key:       key,
		Interval:  cfg.Audit.CheckpointInterval,
		EventDays: cfg.RetentionDays,
		ChainDays: cfg.RollupRetentionDays,
		Now:       time.Now,
	})
	if err != nil {
		return nil, err
	}
	logger.Info("Audit events are chained; pin the public key for weirctl audit verify",
		zap.String("source", chain.Source()), zap.String("public_key", audit.PublicKey(key.Public().(ed25519.PublicKey))))
	return &auditTrail{ledger: chain, counts: counts, health: health, interval: cfg.Audit.CheckpointInterval}, nil
}

// auditKey also says where the chain's state is. What is only in memory has no
// folder, and its key lives as long, unless a file is named.
func auditKey(cfg *Config) (key ed25519.PrivateKey, directory string, err error) {
	path := cfg.Audit.SigningKeyFile
	if cfg.Durability != DurabilityMemory {
		directory = filepath.Join(cfg.Directory, auditFolder)
		if path == "" {
			path = filepath.Join(directory, "signing.key")
		}
	}
	if path == "" {
		_, key, err = ed25519.GenerateKey(nil)
	} else {
		key, err = audit.LoadKey(path)
	}
	if err != nil {
		return nil, "", fmt.Errorf("cannot sign the audit chain (`audit::signing_key_file`): %w", err)
	}
	return key, directory, nil
}

// trailer is the chain's rows of a segment that is being sealed.
func (a *auditTrail) trailer(h segment.Header, digests [][]byte) (*segment.Record, error) {
	sums, err := audit.ParseDigests(digests)
	if err != nil || len(sums) == 0 {
		return nil, err
	}
	record := auditRecord(audit.EncodeChain(a.ledger.Trailer(audit.SegmentID(h.ID), sums)))
	a.counts.trailer(h.ID, rowsOf(record))
	return record, nil
}

// trailed moves the chain's head behind a trailer that is on disk.
func (a *auditTrail) trailed(h segment.Header, trailer *segment.Record) error {
	for _, t := range trailer.Tables {
		if t.Name != audit.TableChain {
			continue
		}
		entries, err := audit.DecodeChain(t.Block, audit.SegmentID(h.ID))
		if err != nil {
			return fmt.Errorf("cannot continue the audit chain behind segment %s: %w", h.ID, err)
		}
		if err := a.ledger.Trailed(entries); err != nil {
			return err
		}
	}
	return nil
}

// run signs checkpoints when they are due, until the context ends.
func (a *auditTrail) run(ctx context.Context, put appendFunc) {
	ticker := time.NewTicker(max(a.interval/5, time.Millisecond))
	defer ticker.Stop()
	for {
		a.checkpoint(ctx, put, false)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// checkpoint stores the statements that are due; what fails is tried again with
// the next tick, or the next start.
func (a *auditTrail) checkpoint(ctx context.Context, put appendFunc, atOnce bool) {
	err := a.state(ctx, put, atOnce)
	switch {
	case err == nil:
		a.health.recovered()
	case ctx.Err() == nil:
		a.health.failed(fmt.Errorf("cannot sign the audit chain: %w", err))
	}
}

// state goes on until nothing is due: what an earlier call could not store comes
// before a new checkpoint.
func (a *auditTrail) state(ctx context.Context, put appendFunc, atOnce bool) error {
	a.stating.Lock()
	defer a.stating.Unlock()
	for {
		due, err := a.ledger.Due(atOnce)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := put(ctx, auditRecord(audit.EncodeStatements(due)...)); err != nil {
			return err
		}
		if err := a.ledger.Stated(); err != nil {
			return err
		}
	}
}

// appendFunc returns when a record is on disk.
type appendFunc func(ctx context.Context, record *segment.Record) error

// appendAudit stores rows that no request brought.
func (s *store) appendAudit(ctx context.Context, record *segment.Record) error {
	s.appends.RLock()
	defer s.appends.RUnlock()
	if err := s.segments.Append(ctx, record); err != nil {
		return err
	}
	s.ledger.received(originAudit, rowsOf(record))
	return nil
}

func auditRecord(blocks ...audit.Block) *segment.Record {
	record := &segment.Record{Audit: true}
	for _, b := range blocks {
		record.Tables = append(record.Tables, segment.Table{Name: b.Table, Rows: b.Rows, Block: b.Data})
	}
	return record
}
