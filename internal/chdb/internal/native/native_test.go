package native

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/stretchr/testify/require"
)

func TestLayoutOfTypes(t *testing.T) {
	t.Parallel()
	var render func(*layout) string
	render = func(l *layout) string {
		names := map[shape]string{text: "s", nullable: "?", array: "[]", tuple: "()", lowCardinality: "lc", foreign: "foreign"}
		if l.shape == fixed {
			return strings.Repeat("x", l.width)
		}
		parts := make([]string, len(l.parts))
		for i, part := range l.parts {
			parts[i] = render(part)
		}
		if len(parts) == 0 {
			return names[l.shape]
		}
		return names[l.shape] + "<" + strings.Join(parts, " ") + ">"
	}
	f := func(name, want string) {
		t.Helper()
		require.Equal(t, want, render(layoutOf(name)), name)
	}
	f("UInt32", "xxxx")
	f("DateTime64(9, 'Europe/Berlin')", "xxxxxxxx")
	f("Enum8('a,)' = 1, 'b\\'(' = 2)", "x")
	f("Decimal(18, 3)", "xxxxxxxx")
	f("FixedString(3)", "xxx")
	f("IntervalDay", "xxxxxxxx")
	f("Nullable(Nothing)", "?<x>")
	f("Map(LowCardinality(String), Array(Nullable(UInt16)))", "[]<()<lc<s> []<?<xx>>>>")
	f("LowCardinality(Nullable(String))", "lc<s>")
	f("Tuple(a UInt8, `b c(` String, d DateTime64(3, 'UTC'))", "()<x s xxxxxxxx>")
	f("Tuple(UInt8, Tuple(x String))", "()<x ()<s>>")
	f("Nested(a UInt8, b String)", "[]<()<x s>>")
	f("SimpleAggregateFunction(sum, UInt64)", "xxxxxxxx")
	f("Polygon", "[]<[]<()<xxxxxxxx xxxxxxxx>>>")
	for _, name := range []string{"", "JSON", "Dynamic", "Array(JSON)", "Map(String, Dynamic)", "AggregateFunction(sum, UInt8)", "Tuple()", "Tuple(,)", "Array()", "FixedString(x)", "Array(", strings.Repeat("Array(", 200) + "UInt8" + strings.Repeat(")", 200)} {
		f(name, "foreign")
	}
}

// sample is a block with columns of every shape.
func sample(rows int) proto.Input {
	var (
		numbers proto.ColUInt64
		texts   proto.ColStr
		lists   = new(proto.ColStr).Array()
		maybe   = new(proto.ColFloat64).Nullable()
		cheap   = new(proto.ColStr).LowCardinality()
		pairs   = proto.NewMap(new(proto.ColStr).LowCardinality(), new(proto.ColStr))
		at      = new(proto.ColDateTime64).WithPrecision(proto.PrecisionNano)
	)
	for i := range rows {
		numbers.Append(uint64(i)) //nolint:gosec // not negative
		texts.Append(strings.Repeat("x", i%300))
		lists.Append(strings.Split("a,b,c", ",")[:i%4%3])
		maybe.Append(proto.Nullable[float64]{Set: i%2 == 0, Value: float64(i)})
		cheap.Append(strings.Repeat("k", i%5))
		pairs.Append(map[string]string{"key": strings.Repeat("v", i%7)})
		at.Append(time.Unix(int64(i), 5).UTC())
	}
	return proto.Input{
		{Name: "numbers", Data: &numbers},
		{Name: "texts", Data: &texts},
		{Name: "lists", Data: lists},
		{Name: "maybe", Data: maybe},
		{Name: "cheap", Data: cheap},
		{Name: "pairs", Data: pairs},
		{Name: "at", Data: at},
	}
}

func encode(t testing.TB, input proto.Input, rows, revision int) []byte {
	t.Helper()
	var buffer proto.Buffer
	block := proto.Block{Columns: len(input), Rows: rows, Info: proto.BlockInfo{BucketNum: -1}}
	if revision > 0 {
		block.Info.Encode(&buffer)
	}
	require.NoError(t, block.EncodeRawBlock(&buffer, revision, input))
	return buffer.Buf
}

func TestReencodeIsWhatTheServerWouldWrite(t *testing.T) {
	t.Parallel()
	const revision = 54460
	var in, want []byte
	for _, rows := range []int{1, 1000, 0, 30_000} {
		input := sample(rows)
		in = append(in, encode(t, input, rows, 0)...)
		want = append(want, encode(t, input, rows, revision)...)
	}
	for name, reader := range map[string]io.Reader{
		"at once": bytes.NewReader(in), "in halves": iotest.HalfReader(bytes.NewReader(in)), "byte by byte": iotest.OneByteReader(bytes.NewReader(in)),
	} {
		var out bytes.Buffer
		require.NoError(t, Reencode(&out, reader, revision))
		require.True(t, bytes.Equal(want, out.Bytes()), name)
	}
	var same bytes.Buffer
	require.NoError(t, Reencode(&same, bytes.NewReader(in), 0))
	require.True(t, bytes.Equal(in, same.Bytes()))
}

func TestReencodeRefusesATruncatedBlock(t *testing.T) {
	t.Parallel()
	in := encode(t, sample(10), 10, 0)
	for length := 1; length < len(in); length += 7 {
		require.ErrorIs(t, Reencode(io.Discard, bytes.NewReader(in[:length]), 54460), io.ErrUnexpectedEOF, length)
	}
	require.NoError(t, Reencode(io.Discard, bytes.NewReader(nil), 54460))
	require.ErrorIs(t, Reencode(io.Discard, iotest.ErrReader(io.ErrClosedPipe), 54460), io.ErrClosedPipe)
}

func FuzzReencode(f *testing.F) {
	f.Add("Array(LowCardinality(String))", uint64(3), []byte("some values"))
	f.Add("Array(LowCardinality(String))", uint64(0), []byte{0, 0x80, 0})
	f.Add("Map(String, Nullable(UInt8))", uint64(1), []byte{1, 0, 0, 0, 0, 0, 0, 0, 1, 'k', 0, 7})
	f.Add("Tuple(a FixedString(3), `b` Enum8('x' = 1))", uint64(1<<40), []byte("abc\x01"))
	f.Fuzz(func(t *testing.T, kind string, rows uint64, values []byte) {
		if layoutOf(kind).shape == foreign {
			return // clickhouse-go's decoders, which see nothing but what the engine writes
		}
		in := binary.AppendUvarint([]byte{1}, rows)
		in = append(in, 1, 'c')
		in = binary.AppendUvarint(in, uint64(len(kind)))
		in = append(append(in, kind...), values...)
		var out bytes.Buffer
		if Reencode(&out, bytes.NewReader(in), 0) != nil {
			return
		}
		if out.Len() == len(in) { // else a length took more bytes than it needs
			require.Equal(t, in, out.Bytes())
		}
		var again bytes.Buffer
		require.NoError(t, Reencode(&again, bytes.NewReader(out.Bytes()), 0))
		require.Equal(t, out.Bytes(), again.Bytes())
	})
}

func BenchmarkReencode(b *testing.B) {
	in := encode(b, sample(50_000), 50_000, 0)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		require.NoError(b, Reencode(io.Discard, bytes.NewReader(in), 54460))
	}
}
