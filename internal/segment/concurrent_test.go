package segment

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// flaky is memory of which a sync fails every now and then.
type flaky struct{ *memory }

func (f flaky) create(path string) (file, error) {
	created, err := f.memory.create(path)
	return flakyFile{created}, err
}

type flakyFile struct{ file }

func (f flakyFile) Sync() error {
	if rand.IntN(20) == 0 {
		return syscall.EIO
	}
	return f.file.Sync()
}

// Senders repeat what is refused, as theirs do; the database takes segments
// meanwhile.
func TestManySendersOnAFlakyDiskHaveEachRequestStoredOnce(t *testing.T) {
	const senders, each = 8, 100
	var ticks atomic.Int64
	s, err := openFiles(Settings{
		Directory: simulatedFolder, MaxBytes: 2000, MaxAge: time.Second,
		// Time passes quickly: the store waits before it tries a bad disk again.
		Now:             func() time.Time { return time.UnixMilli(1740830400000 + 50*ticks.Add(1)) },
		DuplicateWindow: 1000 * time.Hour,
	}, flaky{newMemory()})
	require.NoError(t, err)

	var sending sync.WaitGroup
	var refused atomic.Int64
	for i := range senders {
		sending.Go(func() {
			for j := range each {
				r := &Record{Tables: []Table{{Name: "spans", Rows: 1, Block: fmt.Appendf(nil, "<%d/%d>", i, j)}}}
				binary.BigEndian.PutUint64(r.Request[:], uint64(i*each+j+1))
				for err := s.Append(t.Context(), r); err != nil; err = s.Append(t.Context(), r) {
					refused.Add(1)
				}
				err := s.Append(t.Context(), r)
				for ; !errors.Is(err, ErrDuplicate); err = s.Append(t.Context(), r) {
					require.Error(t, err, "a re-send was stored")
				}
			}
		})
	}
	var all strings.Builder
	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		for {
			sealed, err := s.Next(context.Background())
			if err != nil {
				return
			}
			r, err := s.OpenReader(sealed)
			require.NoError(t, err)
			body, err := io.ReadAll(r.Body("spans"))
			require.NoError(t, err)
			all.Write(body)
			for s.Delivered(sealed) != nil {
			}
		}
	}()
	sending.Wait()
	for s.Stats().Segments > 0 {
		s.Seal()
	}
	require.NoError(t, s.Close())
	<-delivered
	require.Positive(t, refused.Load(), "the disk was not flaky")
	for i := range senders {
		for j := range each {
			require.Equal(t, 1, strings.Count(all.String(), fmt.Sprintf("<%d/%d>", i, j)))
		}
	}
}
