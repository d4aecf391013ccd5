package redact

import (
	"os"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// betweenPages returns a page before and behind which no byte can be read.
func betweenPages(t *testing.T) []byte {
	t.Helper()
	page := os.Getpagesize()
	mapped, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(mapped)) })
	require.NoError(t, syscall.Mprotect(mapped[:page], syscall.PROT_NONE))
	require.NoError(t, syscall.Mprotect(mapped[2*page:], syscall.PROT_NONE))
	return mapped[page : 2*page]
}

func TestNoByteIsReadThatIsNotOfTheText(t *testing.T) {
	e := mustNew(t, Config{})
	page := betweenPages(t)
	withAndWithoutVector(t, func(t *testing.T) {
		for n := range 131 {
			for _, place := range [][]byte{page[:n], page[len(page)-n:]} {
				copy(place, card+" id=12 /api/v1/orders/48151623?page=2&size=50&sort=created_at host 10.1.2.3, worker-12 done: b2f5ff47-4366-4b6f-a5d5-8b5c2c0e7c11 and")
				text := unsafe.String(unsafe.SliceData(place), n)
				first := text[:min(windowSize, n)]
				require.Equal(t, slowLanesOf(first), lanesRead(first), "%q", text)
				e.Find("", text)
			}
		}
		for n := leastForBlocks - windowSize; n < leastForBlocks+2*blockStride; n++ {
			for _, place := range [][]byte{page[:n], page[len(page)-n:]} {
				for i := range place {
					place[i] = "host=web token: 10.1.2.3 b2f5ff47-4366-4b6f-a5d5 bearer "[i%56]
				}
				e.Find("", unsafe.String(unsafe.SliceData(place), n))
			}
		}
	})
}
