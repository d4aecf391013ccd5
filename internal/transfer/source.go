package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// source is where rows come from.
type source interface {
	id(ctx context.Context) (string, error)
	tables(ctx context.Context) ([]Table, error)
	// each calls use with every chunk of a partition. The chunks together have
	// the rows of the partition, unless it changes meanwhile.
	each(ctx context.Context, t Table, p Partition, use func(blocks io.Reader) error) error
	// again is the partition as it is now.
	again(ctx context.Context, t Table, p Partition) (Partition, error)
}

func (d *Database) each(ctx context.Context, t Table, p Partition, use func(io.Reader) error) error {
	chunks, err := d.chunks(ctx, t, p.ID)
	if err != nil {
		return err
	}
	for _, where := range chunks {
		blocks, err := d.read(ctx, "SELECT "+t.names()+t.from(t.Name)+" WHERE "+where)
		if err != nil {
			return fmt.Errorf("cannot read table %s: %w", t.Name, err)
		}
		if err := errors.Join(use(blocks), blocks.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (d *Database) again(ctx context.Context, t Table, p Partition) (Partition, error) {
	return d.partition(ctx, t, t.Name, p.ID)
}
