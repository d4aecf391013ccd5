package segment

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A disk that nobody but the store fills does not stay full: what was
// acknowledged can be sealed, delivered and removed, however little is left.
func TestAFullDiskIsEmptiedByDelivering(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 0))
			d := newSimulated(rng)
			d.space = 2*roomBase + rng.Int64N(8*roomStep)
			now := time.Unix(1740830400, 0)
			told := 0
			s, err := openFiles(Settings{
				Directory: simulatedFolder, MaxAge: 5 * time.Second, MaxBytes: 1 << (12 + rng.IntN(8)), Now: func() time.Time { return now },
				Trailer: func(_ Header, digests [][]byte) (*Record, error) {
					return &Record{Meta: []byte(strings.Repeat("t", TrailerShare*len(strings.Join(texts(digests), ""))))}, nil
				},
				Trailed: func(Header, *Record) error { // it has a state of its own, as the audit trail
					told++
					return replaceFile(d.process(), simulatedFolder+"/state", strings.NewReader(strings.Repeat("s", 4<<10)))
				},
			}, d.process())
			require.NoError(t, err)
			acked, events := 0, 0
			for err == nil {
				r := rowsOf(1 + rng.IntN(20_000))
				if rng.IntN(2) == 0 {
					r.Digests = make([]byte, 32*(1+rng.IntN(100)))
				}
				r.Request[0], r.Request[1] = byte(acked), byte(acked>>8)|0x80
				if err = s.Append(t.Context(), r); err == nil {
					acked++
					events += len(r.Digests)
				}
			}
			require.ErrorIs(t, err, ErrNoSpace)

			rows := 0
			for s.Stats().Segments > 0 {
				now = now.Add(6 * time.Second)
				s.SealExpired()
				if s.Stats().Segments == 0 {
					break // it was begun, and got no record
				}
				require.NotEmpty(t, s.waiting, "nothing can be sent: %v", s.Stats().Cause)
				sealed, err := s.Next(t.Context())
				require.NoError(t, err)
				rows += sealed.Rows["spans"]
				require.NoError(t, s.Delivered(sealed))
			}
			require.Equal(t, acked, rows)
			require.Equal(t, events > 0, told > 0)
			now = now.Add(time.Second)
			s.SealExpired()
			require.Equal(t, StateOK, s.Stats().State)
			require.NoError(t, s.Append(t.Context(), rowsOf(10)))
			for path := range d.names {
				require.False(t, strings.HasSuffix(path, scratchSuffix) && !strings.HasSuffix(path, roomName), "%s was left behind", path)
			}
		})
	}
}

func texts(all [][]byte) (texts []string) {
	for _, b := range all {
		texts = append(texts, string(b))
	}
	return texts
}

func TestTheRoomIsFreeWhenAStoreIsOpenedAndClosed(t *testing.T) {
	s, d, _ := sick(t)
	require.NoError(t, s.Append(t.Context(), rowsOf(10)))
	require.Contains(t, d.names, simulatedFolder+"/"+roomName)
	d.kill()
	s, err := openFiles(s.settings, d.process())
	require.NoError(t, err)
	require.NotContains(t, d.names, simulatedFolder+"/"+roomName)
	require.NoError(t, s.Append(t.Context(), rowsOf(10)))
	require.NoError(t, s.Close())
	require.NotContains(t, d.names, simulatedFolder+"/"+roomName)
}

func TestRoomThatCannotBeGivenUpIsMadeAgainLater(t *testing.T) {
	d := newSimulated(rand.New(rand.NewPCG(1, 1)))
	r := &room{files: d.process(), path: simulatedFolder + "/" + roomName}
	require.NoError(t, r.keep(roomBase))
	d.readOnly = true
	require.False(t, r.release())
	require.Error(t, r.keep(roomBase))
	d.readOnly = false
	require.NoError(t, r.keep(2*roomBase))
	require.Len(t, d.names[r.path].data, 2*roomBase)
}
