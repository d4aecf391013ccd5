package segment

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// countedDisk counts the syncs of files.
type countedDisk struct {
	disk
	syncs *atomic.Int64
}

func (d countedDisk) create(path string) (file, error) {
	f, err := d.disk.create(path)
	return countedFile{f, d.syncs}, err
}

type countedFile struct {
	file
	syncs *atomic.Int64
}

func (f countedFile) Sync() error {
	f.syncs.Add(1)
	return f.file.Sync()
}

// BenchmarkAppend is of requests of 20 kB, some 100 spans. The folder is in
// TMPDIR: a disk and a tmpfs differ by the cost of a sync.
func BenchmarkAppend(b *testing.B) {
	for _, senders := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("senders=%d", senders), func(b *testing.B) { benchmarkAppend(b, senders) })
	}
}

func benchmarkAppend(b *testing.B, senders int) {
	var syncs atomic.Int64
	s, err := openFiles(Settings{Directory: b.TempDir(), MaxAge: time.Hour, MaxBytes: 64 << 20, MaxRows: 1 << 20, Now: time.Now}, countedDisk{syncs: &syncs})
	require.NoError(b, err)
	block := bytes.Repeat([]byte("span"), 5000)
	var started atomic.Int64
	b.SetBytes(int64(len(block)))
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			for started.Add(1) <= int64(b.N) {
				r := &Record{Meta: []byte("meta"), Tables: []Table{{Name: "spans", Rows: 100, Block: block}}}
				if err := s.Append(b.Context(), r); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(float64(syncs.Load())/float64(b.N), "syncs/request")
	require.NoError(b, s.Close())
}
