package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAWordTableHoldsItsWordsInBothCasesAndNoOthers(t *testing.T) {
	words := []string{"id", "trace", "requestid", "telefonnummer", "национальный", "a23456789012345678901234"}
	table := newWordTable(words)
	for i, w := range words {
		require.Equal(t, i+1, table.find(keyOf(w)), w)
		require.Zero(t, table.find(keyOf(w[:len(w)-1])), w)
	}
	require.Equal(t, 3, table.find(keyOf("RequestID")))
	for _, other := range []string{"", "ie", "requestid2", "ТЕЛЕФОН"} {
		require.Zero(t, table.find(keyOf(other)), other)
	}
}

func TestTheKeyOfAWordIsItsSmallLetters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := string(rapid.SliceOfN(rapid.Byte(), 0, maxWordKey).Draw(t, "word"))
		lowered := []byte(word)
		for i, c := range lowered {
			if isUpper(c) {
				lowered[i] = c | 0x20
			}
		}
		require.Equal(t, keyOf(string(lowered)), keyOf(word), "%q", word)
		for i, k := range keyOf(word) {
			for j := range 8 {
				require.Equal(t, byteAt(string(lowered), 8*i+j), byte(k>>(8*j)), "%q", word)
			}
		}
	})
}

func TestEveryWordOfAnIDIsKnown(t *testing.T) {
	for _, w := range idWords {
		require.True(t, isIDName("my_"+w+`": "`), w)
		require.True(t, isIDName("is "+strings.ToUpper(w)+"="), w)
		require.False(t, isIDName("q"+w+"q "), w)
	}
}

func TestSuffixesAreFoundByTheirLastByteInBothCases(t *testing.T) {
	table := suffixesOf("rev", "sha-1", "_ns", "v")
	require.Equal(t, []string{"rev", "v"}, table.of("git.REV"))
	require.Equal(t, []string{"sha-1"}, table.of("sha-1"))
	require.Empty(t, table.of("x"))
	require.Empty(t, table.of(""))
}
