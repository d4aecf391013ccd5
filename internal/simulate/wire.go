package simulate

import (
	"encoding/binary"
	"math/bits"
)

// The spans are written as OTLP protobuf by hand: most of a span's bytes are the
// same for a connector or an endpoint and are copied. It takes a tenth of the
// time of building pdata, which matters where the sender shares the machine with
// the collector it feeds. ptrace.Traces come from decoding these bytes.

const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
)

func appendTag(b []byte, field, wire int) []byte {
	return binary.AppendUvarint(b, uint64(field)<<3|uint64(wire))
}

func appendVarint(b []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(appendTag(b, field, wireVarint), v)
}

func appendFixed64(b []byte, field int, v uint64) []byte {
	return binary.LittleEndian.AppendUint64(appendTag(b, field, wireFixed64), v)
}

// appendField writes a string, bytes or message field.
func appendField[T string | []byte](b []byte, field int, v T) []byte {
	b = binary.AppendUvarint(appendTag(b, field, wireBytes), uint64(len(v)))
	return append(b, v...)
}

func varintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

// KeyValue{key: 1, value: 2}; AnyValue{string: 1, int: 3, array: 5}; fields of
// the message that holds them: field.

func appendStringAttr[T string | []byte](b []byte, field int, key string, value T) []byte {
	valueLen := 1 + varintLen(uint64(len(value))) + len(value)
	b = appendAttrHead(b, field, key, valueLen)
	return appendField(b, 1, value)
}

func appendIntAttr(b []byte, field int, key string, value uint64) []byte {
	b = appendAttrHead(b, field, key, 1+varintLen(value))
	return appendVarint(b, 3, value)
}

// appendHeaderAttr writes a span's attribute that is a string array of one, as
// http.request.header.* are.
func appendHeaderAttr(b []byte, key, value string) []byte {
	var array []byte
	array = appendField(array, 1, appendField(nil, 1, value))
	b = appendAttrHead(b, spanAttributes, key, 1+varintLen(uint64(len(array)))+len(array))
	return appendField(b, 5, array)
}

func appendAttrHead(b []byte, field int, key string, valueLen int) []byte {
	keyLen := 1 + varintLen(uint64(len(key))) + len(key)
	b = binary.AppendUvarint(appendTag(b, field, wireBytes), uint64(keyLen+1+varintLen(uint64(valueLen))+valueLen))
	b = appendField(b, 1, key)
	return binary.AppendUvarint(appendTag(b, 2, wireBytes), uint64(valueLen))
}

// appendLength writes the head of a field whose content follows.
func appendLength(b []byte, field, length int) []byte {
	return binary.AppendUvarint(appendTag(b, field, wireBytes), uint64(length))
}
