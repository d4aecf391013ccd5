// Package block takes rows out of blocks of ClickHouse's Native format, byte by
// byte as they are, so that a row that ClickHouse refuses can be sent, kept and
// named alone.
//
//	block, rest, err := block.Parse(data)
//	data = block.Append(nil, []int{3, 7})         // a block of rows 3 and 7
//	key := block.Column("service_name").Text(3)   // "api-gateway"
//
// It knows the types of Weir's tables: numbers, times, UUID, enums, String,
// FixedString, LowCardinality, Nullable, Array, Map and Tuple of them.
package block
