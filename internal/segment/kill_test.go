package segment_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
)

// writerFolder makes the test binary the writer that is killed.
const writerFolder = "WEIR_TEST_SEGMENT_WRITER"

// write appends numbered records and says after each that it is acknowledged.
func write(dir string) {
	store, err := segment.Open(segment.Settings{Directory: dir, MaxAge: time.Hour, MaxBytes: 4096, MaxRows: 1000, Now: time.Now})
	if err != nil {
		panic(err)
	}
	for i := 0; ; i++ {
		r := &segment.Record{Tables: []segment.Table{{Name: "spans", Rows: 1, Block: fmt.Appendf(nil, "<%d>", i)}}}
		if err := store.Append(context.Background(), r); err != nil {
			panic(err)
		}
		fmt.Println(i)
	}
}

func TestAKilledWriterLeavesWhatItAcknowledged(t *testing.T) {
	const acknowledged = 300
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for i := range acknowledged {
		require.True(t, lines.Scan(), "the writer ended after %d records", i)
	}
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())

	store := open(t, settings(dir, newClock()))
	var all strings.Builder
	for store.Stats().Segments > 0 {
		sealed := next(t, store)
		b, _ := body(t, sealed.Path, "spans")
		all.WriteString(b)
		require.NoError(t, store.Delivered(sealed))
	}
	for i := range acknowledged {
		require.Equal(t, 1, strings.Count(all.String(), fmt.Sprintf("<%d>", i)))
	}
}
