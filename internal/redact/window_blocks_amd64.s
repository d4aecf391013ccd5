#include "go_asm.h"
#include "textflag.h"

// STREAM(l) writes 32 bits of lane l, which are the highest bits of the bytes, and
// moves the next lane there.
#define STREAM(l) \
	VPMOVMSKB Y5, AX                                  \
	VPADDB    Y5, Y5, Y5                              \
	MOVL      AX, (block_streams+32*l+2)(DX)(R8*1)

// CARRYON(l) puts the 16 bits of lane l that are read already to the front.
#define CARRYON(l) \
	MOVWLZX (block_streams+32*l+24)(BX), AX \
	MOVW    AX, (block_streams+32*l)(DX)

// WINDOWS makes the four windows of lane l: bytes 0, 6, 12 and 18 of its stream
// begin them. Y8 is blockTable_spread.
#define WINDOWS(l, x, y) \
	VMOVDQU     (block_streams+32*l)(DX), x           \
	VINSERTI128 $1, (block_streams+32*l+12)(DX), y, y \
	VPSHUFB     Y8, y, y

// WIDEWINDOW(k, to) looks up the bytes of window k below 0x80. Z0 is its text, K1
// its other bytes, K2 what stands behind a backslash; zero is not set if there are
// some. It also writes before which bytes a name in one of the groups may end, and
// where a scheme may begin.
#define WIDEWINDOW(k, to) \
	VMOVDQU64 (const_stride*k-3)(SI), Z1     \
	VMOVDQU64 (const_stride*k-2)(SI), Z2     \
	VMOVDQU64 (const_stride*k-1)(SI), Z3     \
	VMOVDQU64 (const_stride*k)(SI), Z0       \
	VPCMPEQB  Z3, Z21, K2                    \
	VPERMB    Z22, Z1, Z1                    \
	VPERMB    Z23, Z2, Z2                    \
	VPERMB    Z24, Z3, Z3                    \
	VPANDQ    Z1, Z2, Z2                     \
	VPTESTMB  Z2, Z3, K3                     \
	VPCMPEQB  Z0, Z25, K4                    \
	KMOVQ     K3, (block_ends+8*k)(DX)       \
	KMOVQ     K4, (block_elements+8*k)(DX)   \
	VMOVDQU64 (const_stride*k+1)(SI), Z1     \
	VMOVDQU64 (const_stride*k+2)(SI), Z2     \
	VPERMB    Z26, Z0, Z4                    \
	VPERMB    Z27, Z1, Z1                    \
	VPERMB    Z28, Z2, Z2                    \
	VPANDQ    Z1, Z2, Z2                     \
	VPTESTMB  Z2, Z4, K5                     \
	KMOVQ     K5, (block_schemes+8*k)(DX)    \
	VPMOVB2M  Z0, K1                         \
	VMOVDQA64 Z0, to                         \
	VPERMI2B  Z17, Z16, to                   \
	KORTESTQ  K1, K2

// SELDOM looks up the bytes of 0x80 and more, and takes the letters of escapes
// out: see escapes.
#define SELDOM(to) \
	VMOVDQA64 Z0, Z1                              \
	VMOVDQU64 (blockTable_lanes+128)(R9), Z2        \
	VPERMI2B  (blockTable_lanes+192)(R9), Z2, Z1    \
	VMOVDQU8  Z1, K1, to                          \
	VMOVDQA64 Z0, Z1                              \
	VMOVDQU64 blockTable_escapeLetters(R9), Z2        \
	VPERMI2B  (blockTable_escapeLetters+64)(R9), Z2, Z1 \
	VPMOVB2M  Z1, K3                              \
	KANDQ     K2, K3, K3                          \
	KANDNQ    K3, K1, K3                          \
	VPXORQ    Z1, Z1, Z1                          \
	VMOVDQU8  Z1, K3, to

// WIDELANES makes the lanes of a window, one after the other, of its bytes: of
// each eight bytes eight of eight bits, then all of a lane together.
#define WIDELANES(w) \
	VPSHUFB        Z18, w, w     \
	VGF2P8AFFINEQB $0, w, Z20, w \
	VPERMB         w, Z19, w

// CARRY stores what the shifts of the next block ask for, and makes 1 or 0 of the
// byte in front of each window. Y15 is 1.
#define CARRY(field, now, to) \
	VMOVDQU    field(BX), to     \
	VPERM2I128 $0x21, now, to, to \
	VPALIGNR   $8, to, now, to    \
	VMOVDQU    now, field(DX)     \
	VPSRLQ     $47, to, to        \
	VPAND      Y15, to, to

// NEXT marks what is one to five bytes before a bit: see chains.
#define NEXT(of, to, a, b) \
	VPSRLQ $1, of, to \
	VPSRLQ $2, of, a  \
	VPOR   a, to, to  \
	VPSRLQ $2, to, a  \
	VPSRLQ $3, to, b  \
	VPOR   a, to, to  \
	VPOR   b, to, to

// WIDEN8 is widen8.
#define WIDEN8(m, a) \
	VPSLLQ $1, m, a \
	VPOR   a, m, m  \
	VPSLLQ $2, m, a \
	VPOR   a, m, m  \
	VPSLLQ $4, m, a \
	VPOR   a, m, m

// HASH3 is endingHash of three bytes.
#define HASH3(bytes, shift) \
	ANDL  $0x1f1f1f, bytes           \
	IMUL3L $-1640531535, bytes, bytes \
	SHRL  $(shift), bytes

// LOOKUP sets the carry if bit n of a table is set.
#define LOOKUP(n, table, tmp) \
	MOVL n, tmp             \
	SHRL $5, tmp            \
	MOVL (table)(tmp*4), tmp \
	BTL  n, tmp

// DISMISS takes the first bit of AX out of BX, unless the carry is set, and out of
// AX.
#define DISMISS(keep) \
	SBBQ  keep, keep      \
	DISMISSED(keep)

#define DISMISSED(keep) \
	BLSIQ AX, R13         \
	ANDNQ R13, keep, R13  \
	ANDNQ BX, R13, BX     \
	BLSRQ AX, AX

// ASSIGN looks at one of assigns. R9 is what is behind a byte of a word: there the
// name ends, else one byte before.
#define ASSIGN \
	TZCNTQ AX, CX               \
	XORL   R14, R14             \
	CMPB   (SI)(CX*1), $'>'     \
	SETEQ  R14                  \
	NEGQ   R14                  \
	MOVQ   CX, DI               \
	BTQ    CX, R9               \
	ADCQ   $-1, DI              \
	MOVL   -3(SI)(DI*1), R13    \
	HASH3(R13, 32-const_nameBits) \
	LOOKUP(R13, R10, DI)        \
	SBBQ   DI, DI               \
	ORQ    R14, DI              \
	DISMISSED(DI)

// LIST writes the first bit of BX and its window, and takes it out.
#define LIST \
	TZCNTQ BX, CX          \
	LEAQ   (CX)(R8*8), CX  \
	MOVB   CX, (DI)        \
	INCQ   DI              \
	BLSRQ  BX, BX

// LISTWIDE writes all of window k that is found, and some bytes more.
#define LISTWIDE(k) \
	MOVQ          (block_found+8*k)(DX), BX         \
	KMOVQ         BX, K1                            \
	VMOVDQU64     (blockTable_places+64*k)(R9), Z0  \
	VPCOMPRESSB.Z Z0, K1, Z0                        \
	VMOVDQU64     Z0, (R12)                         \
	POPCNTQ       BX, BX                            \
	ADDQ          BX, R12

// func blockAVX2(t *laneTable, c *blockTable, text *byte, b, before *block, wide bool)
TEXT ·blockAVX2(SB), NOSPLIT, $0-41
	MOVQ t+0(FP), DI
	MOVQ c+8(FP), R9
	MOVQ text+16(FP), SI
	MOVQ b+24(FP), DX
	MOVQ before+32(FP), BX
	CMPB wide+40(FP), $0
	JNE  wide

	CARRYON(0)
	CARRYON(1)
	CARRYON(2)
	CARRYON(3)
	CARRYON(4)
	CARRYON(5)
	CARRYON(6)
	CARRYON(7)

	VMOVDQU (laneTable_pairs+0)(DI), Y6
	VMOVDQU (laneTable_pairs+32)(DI), Y7
	VMOVDQU (laneTable_pairs+64)(DI), Y8
	VMOVDQU (laneTable_pairs+96)(DI), Y9
	VMOVDQU (laneTable_pairs+128)(DI), Y10
	VMOVDQU (laneTable_pairs+160)(DI), Y11
	VMOVDQU (laneTable_pairs+192)(DI), Y12
	VMOVDQU (laneTable_pairs+224)(DI), Y13
	VMOVDQU laneTable_low(DI), Y14
	VPXOR   Y15, Y15, Y15
	XORL    R8, R8

	// The lanes, as LANEBYTES makes them, of 32 bytes.
bytes:
	VMOVDQU  16(SI), Y0
	VPAND    Y14, Y0, Y1
	VPSRLW   $4, Y0, Y2
	VPAND    Y14, Y2, Y2
	VPSHUFB  Y1, Y12, Y3
	VPSHUFB  Y2, Y13, Y4
	VPAND    Y4, Y3, Y3
	VPCMPEQB Y3, Y15, Y3
	VPANDN   laneTable_stop(DI), Y3, Y5
	VPSHUFB  Y1, Y6, Y3
	VPSHUFB  Y2, Y7, Y4
	VPAND    Y4, Y3, Y3
	VPOR     Y3, Y5, Y5
	VPSHUFB  Y1, Y8, Y3
	VPSHUFB  Y2, Y9, Y4
	VPAND    Y4, Y3, Y3
	VPOR     Y3, Y5, Y5
	VPSHUFB  Y1, Y10, Y3
	VPSHUFB  Y2, Y11, Y4
	VPAND    Y4, Y3, Y3
	VPOR     Y3, Y5, Y5

	VMOVDQU   blockTable_backslash(R9), Y3
	VPCMPEQB  15(SI), Y3, Y3
	VPMOVMSKB Y3, AX
	TESTL     AX, AX
	JNZ       escapes

streams:
	STREAM(7)
	STREAM(6)
	STREAM(5)
	STREAM(4)
	STREAM(3)
	STREAM(2)
	STREAM(1)
	STREAM(0)
	ADDQ $32, SI
	ADDQ $4, R8
	CMPQ R8, $24
	JB   bytes
	JMP  windows

	// The letter of an escape is no small letter, and is in no other lane: see
	// escapedLetters.
escapes:
	VMOVDQU  blockTable_escapeLow(R9), Y0
	VMOVDQU  blockTable_escapeHigh(R9), Y4
	VPSHUFB  Y1, Y0, Y0
	VPSHUFB  Y2, Y4, Y4
	VPAND    Y4, Y0, Y0
	VPAND    Y3, Y0, Y0
	VPCMPEQB Y0, Y15, Y0
	VPAND    Y0, Y5, Y5
	JMP      streams

	// What window.candidates does, for four windows. Y14 is the bytes that
	// candidates are reported for, Y3 what is found.
windows:
	VMOVDQU blockTable_spread(R9), Y8
	VMOVDQU blockTable_head(R9), Y14
	VMOVDQU blockTable_one(R9), Y15
	WINDOWS(0, X0, Y0) // lower
	WINDOWS(1, X1, Y1) // upper
	WINDOWS(2, X2, Y2) // digits
	WINDOWS(3, X3, Y3) // join
	WINDOWS(4, X4, Y4) // mark
	WINDOWS(5, X5, Y5) // assign
	WINDOWS(6, X6, Y6) // stop
	WINDOWS(7, X7, Y7) // space

masks:
	VMOVDQU Y0, block_lower(DX)
	VPOR    Y0, Y1, Y9          // letters
	VPANDN  Y7, Y6, Y10         // blanks
	VPANDN  Y3, Y6, Y11         // joins
	VMOVDQU Y11, block_joins(DX)
	VPOR    Y9, Y2, Y12
	VPOR    Y11, Y12, Y12       // words
	CARRY(block_words, Y12, Y8)
	VPSLLQ  $1, Y12, Y0
	VPOR    Y8, Y0, Y0
	VMOVDQU Y0, block_preceded(DX)
	VPANDN  Y12, Y0, Y13
	VPAND   Y14, Y13, Y13       // start

	// stops
	VPOR    Y9, Y2, Y8
	VPOR    Y4, Y8, Y8
	VPSRLQ  $1, Y8, Y8
	VPAND   Y3, Y8, Y8
	VPSRLQ  $1, Y2, Y0
	VPAND   Y4, Y0, Y0
	VPOR    Y0, Y8, Y8
	VPOR    Y3, Y4, Y0
	VPOR    Y5, Y0, Y0
	VPOR    Y7, Y0, Y0
	VPANDN  Y6, Y0, Y0
	VPAND   Y6, Y8, Y8
	VPOR    Y0, Y8, Y8
	VPAND   Y6, Y7, Y7          // semicolons
	VPSRLQ  $3, Y7, Y0
	VPSRLQ  $4, Y7, Y3
	VPOR    Y3, Y0, Y0
	VPSRLQ  $2, Y0, Y3
	VPOR    Y3, Y0, Y0
	VPSRLQ  $4, Y0, Y3
	VPOR    Y3, Y0, Y0          // entities
	VPAND   Y6, Y0, Y0
	VPAND   Y5, Y0, Y0
	VPOR    Y0, Y8, Y8
	VPAND   Y14, Y8, Y3
	VMOVDQU Y3, block_stops(DX)

	// chain, assign
	VPANDN  Y5, Y6, Y5
	NEXT(Y5, Y0, Y6, Y7)
	VPAND   Y5, Y0, Y0          // second
	NEXT(Y0, Y8, Y6, Y7)
	VPSRLQ  $1, Y5, Y6
	VPOR    Y6, Y8, Y8
	VPAND   Y5, Y8, Y8
	VPAND   Y14, Y8, Y8
	VMOVDQU Y8, block_chain(DX)
	VPOR    Y8, Y3, Y3
	CARRY(block_digits, Y2, Y0)
	VPSLLQ  $1, Y2, Y6
	VPOR    Y0, Y6, Y6          // behind a digit
	VMOVDQU Y6, block_numbered(DX)
	VPANDN  Y5, Y6, Y7
	VPANDN  Y7, Y8, Y7
	VPAND   Y14, Y7, Y7
	VMOVDQU Y7, block_assign(DX)
	VPOR    Y7, Y3, Y3
	VMOVDQU block_preceded(DX), Y0
	VPSLLQ  $1, Y0, Y5
	VPOR    Y0, Y5, Y5
	VPAND   Y5, Y7, Y7
	VPANDN  Y4, Y10, Y8         // no blanks
	VPSRLQ  $1, Y8, Y5
	VPSRLQ  $2, Y8, Y8
	VPAND   Y8, Y5, Y5          // slashes
	VPANDN  Y7, Y5, Y7
	VMOVDQU Y7, block_assigns(DX)

	// number
	VPSRLQ  $1, Y2, Y5
	VPAND   Y4, Y5, Y5
	VPAND   Y6, Y5, Y5          // between
	VPOR    Y2, Y5, Y4          // numbers
	CARRY(block_numbers, Y4, Y7)
	VPSLLQ  $1, Y4, Y8
	VPOR    Y7, Y8, Y8
	VPSRLQ  $1, Y4, Y7
	VPAND   Y4, Y7, Y7
	VPSRLQ  $2, Y7, Y4
	VPAND   Y4, Y7, Y7
	VPSRLQ  $3, Y7, Y4
	VPAND   Y4, Y7, Y7
	VPAND   Y14, Y7, Y7         // seven
	CARRY(block_blanks, Y10, Y4)
	VPSLLQ  $1, Y10, Y10
	VPOR    Y10, Y4, Y4
	VPANDN  Y8, Y4, Y8
	VPANDN  Y2, Y0, Y4
	VPANDN  Y4, Y8, Y4          // alone
	VPANDN  Y0, Y6, Y8
	VPAND   Y2, Y8, Y8          // inside, but for runs that began in windows before

	// Those are carried as an adder's carry is: AX is the windows whose own runs
	// reach the next one, CX those that are all digits and hand a run on.
	VPAND     Y14, Y2, Y6
	VPAND     Y14, Y8, Y10
	VPADDQ    Y6, Y10, Y10
	VPSLLQ    $(63-const_stride), Y10, Y10
	VPCMPEQQ  Y14, Y6, Y6
	VMOVMSKPD Y10, AX
	VMOVMSKPD Y6, CX
	MOVQ      block_inside(BX), DI
	LEAQ      (DI)(AX*2), AX
	ADDQ      CX, AX
	XORQ      CX, AX
	VMOVQ     AX, X6
	SHRQ      $const_blockWindows, AX
	MOVQ      AX, block_inside(DX)
	VPBROADCASTQ X6, Y6
	VPSRLVQ   blockTable_number(R9), Y6, Y6
	VPAND     Y15, Y6, Y6
	VPADDQ    Y6, Y8, Y8

	VPADDQ  Y2, Y8, Y8
	VPANDN  Y8, Y2, Y8          // behindRuns
	VPANDN  Y5, Y11, Y5
	VPAND   Y5, Y8, Y8          // landed
	CARRY(block_landed, Y8, Y6)
	VPSLLQ  $1, Y8, Y8
	VPOR    Y6, Y8, Y8
	VPOR    Y8, Y4, Y4
	VPAND   Y7, Y4, Y4
	VMOVDQU Y4, block_number(DX)

	// iban; Y4 gathers what dismiss leaves alone
	VPSRLQ  $1, Y9, Y5
	VPAND   Y9, Y5, Y5
	VPAND   Y13, Y5, Y5
	VPSRLQ  $2, Y2, Y6
	VPAND   Y6, Y5, Y5
	VPSRLQ  $3, Y2, Y6
	VPAND   Y6, Y5, Y5
	VMOVDQU Y5, block_iban(DX)
	VPOR    Y5, Y4, Y4

	// long: Y5 is r5, Y7 r8, Y8 r16
	VPSRLQ  $1, Y12, Y5
	VPAND   Y12, Y5, Y5
	VPSRLQ  $2, Y5, Y6
	VPAND   Y5, Y6, Y6
	VPSRLQ  $4, Y12, Y5
	VPAND   Y6, Y5, Y5
	VPSRLQ  $4, Y6, Y7
	VPAND   Y6, Y7, Y7
	VPSRLQ  $8, Y7, Y8
	VPAND   Y7, Y8, Y8
	VPAND   Y13, Y8, Y6
	VMOVDQU Y6, block_long(DX)
	VPOR    Y6, Y4, Y4

	// mixed
	WIDEN8(Y7, Y10)
	WIDEN8(Y8, Y10)
	VPSLLQ  $8, Y8, Y10
	VPOR    Y10, Y8, Y8
	VPANDN  Y7, Y8, Y6
	VPANDN  Y12, Y2, Y8         // others
	VPAND   Y13, Y8, Y10
	VPADDQ  Y8, Y10, Y10
	VPANDN  Y10, Y8, Y10
	VPOR    Y13, Y10, Y10
	VPAND   Y2, Y10, Y10        // firstDigits
	VPAND   Y6, Y10, Y10
	VMOVDQU Y10, block_mixed(DX)
	VPOR    Y10, Y4, Y4

	// marked
	VMOVDQU block_blanks(DX), Y6
	VPSRLQ  $6, Y6, Y7
	VPSRLQ  $5, Y6, Y6
	VPSRLQ  $5, Y12, Y8
	VPAND   Y8, Y7, Y7
	VPOR    Y7, Y6, Y6
	VPAND   Y9, Y6, Y6
	VPOR    Y11, Y6, Y6
	VPAND   Y5, Y6, Y6
	VPAND   Y13, Y6, Y6
	VMOVDQU Y6, block_marked(DX)
	VPOR    Y6, Y3, Y3
	VPANDN  Y6, Y4, Y6
	VMOVDQU Y6, block_marks(DX)
	VPANDN  Y6, Y11, Y6
	VMOVDQU Y6, block_letterMarks(DX)
	VPOR    Y4, Y3, Y3

	// capital
	VPOR    Y1, Y2, Y5
	VPSRLQ  $1, Y5, Y6
	VPAND   Y5, Y6, Y6
	VPSRLQ  $2, Y6, Y5
	VPAND   Y5, Y6, Y6
	VPSRLQ  $4, Y6, Y5
	VPAND   Y5, Y6, Y6          // c8
	VPSRLQ  $11, Y12, Y7
	VPSRLQ  $3, Y6, Y8
	VPANDN  Y8, Y7, Y8
	VPSRLQ  $8, Y12, Y7
	VPANDN  Y7, Y8, Y7
	VPAND   Y13, Y6, Y6
	VPAND   Y1, Y6, Y6
	VPANDN  Y6, Y7, Y6
	VMOVDQU Y6, block_capital(DX)
	VPOR    Y6, Y3, Y3
	VMOVDQU Y3, block_found(DX)

	// heads
	CARRY(block_letters, Y9, Y5)
	VPSLLQ  $1, Y9, Y6
	VPOR    Y5, Y6, Y6
	VPANDN  Y9, Y6, Y7
	VPOR    block_numbered(DX), Y6, Y8
	VPANDN  Y2, Y8, Y8
	VPOR    Y8, Y7, Y7
	CARRY(block_upper, Y1, Y5)
	VPSLLQ  $1, Y1, Y6
	VPOR    Y5, Y6, Y6
	VPANDN  Y1, Y6, Y6
	VPOR    Y6, Y7, Y7
	VMOVDQU Y7, block_heads(DX)
	CMPB    wide+40(FP), $0
	JNE     dismissWide
	VZEROUPPER

	// What dismissAmong does, but for what its tables know: that is left to it.
	// How many candidates of a kind a window has cannot be predicted, so the first
	// of them are looked at even where there are none. BX is found, AX what is
	// looked at, CX its first bit, SI its window, R12 where the list goes on.
	MOVQ text+16(FP), SI
	LEAQ blockTable_names(R9), R10
	LEAQ blockTable_schemes(R9), R11
	LEAQ block_list(DX), R12
	XORL R8, R8

window:
	MOVQ block_found(DX)(R8*1), BX
	MOVQ block_letterMarks(DX)(R8*1), AX

mark:
	TZCNTQ AX, CX
	MOVL   (SI)(CX*1), R13
	HASH3(R13, 32-const_schemeBits)
	LOOKUP(R13, R11, DI)
	DISMISS(DI)
	JNZ    mark

	MOVQ block_preceded(DX)(R8*1), R9
	MOVQ block_assigns(DX)(R8*1), AX
	ANDQ block_dismiss(DX), AX

	ASSIGN

assign:
	ASSIGN
	JNZ  assign

	MOVQ    BX, block_found(DX)(R8*1)
	POPCNTQ BX, R13
	MOVQ    R12, DI
	ADDQ    R13, R12
	LIST

list:
	LIST
	JNZ  list
	ADDQ    $const_stride, SI
	ADDQ    $8, R8
	CMPQ    R8, $(8*const_blockWindows)
	JB      window

	LEAQ block_list(DX), AX
	SUBQ AX, R12
	MOVQ R12, block_count(DX)
	RET

	// Wider vectors know already which marks are schemes, and which assigns have no
	// name before them in the groups: those are out. Y0 is before which bytes a name
	// may end, Y1 what is looked at.
dismissWide:
	VMOVDQU      block_ends(DX), Y0
	VMOVDQU      block_preceded(DX), Y1
	VPADDQ       Y0, Y0, Y2
	VPOR         Y15, Y2, Y2
	VPAND        Y0, Y1, Y0
	VPANDN       Y2, Y1, Y2
	VPOR         Y2, Y0, Y0
	VPOR         block_elements(DX), Y0, Y0
	VPBROADCASTQ block_dismiss(DX), Y1
	VPAND        block_assigns(DX), Y1, Y1
	VPANDN       Y1, Y0, Y2
	VPANDN       Y3, Y2, Y3
	VMOVDQU      block_schemes(DX), Y2
	VPANDN       block_letterMarks(DX), Y2, Y2
	VPANDN       Y3, Y2, Y3
	VMOVDQU      Y3, block_found(DX)
	LEAQ block_list(DX), R12
	LISTWIDE(0)
	LISTWIDE(1)
	LISTWIDE(2)
	LISTWIDE(3)
	VZEROUPPER
	LEAQ block_list(DX), AX
	SUBQ AX, R12
	MOVQ R12, block_count(DX)
	RET

	// The same by wider vectors: every byte is looked up among 128.
wide:
	VMOVDQU64    (blockTable_lanes+0)(R9), Z16
	VMOVDQU64    (blockTable_lanes+64)(R9), Z17
	VMOVDQU64    blockTable_reversed(R9), Z18
	VMOVDQU64    blockTable_columns(R9), Z19
	VPBROADCASTQ blockTable_bits(R9), Z20
	VPBROADCASTB blockTable_backslash(R9), Z21
	VMOVDQU64    (blockTable_endings+0)(R9), Z22
	VMOVDQU64    (blockTable_endings+64)(R9), Z23
	VMOVDQU64    (blockTable_endings+128)(R9), Z24
	VPBROADCASTB blockTable_greater(R9), Z25
	VMOVDQU64    (blockTable_beginnings+0)(R9), Z26
	VMOVDQU64    (blockTable_beginnings+64)(R9), Z27
	VMOVDQU64    (blockTable_beginnings+128)(R9), Z28
	WIDEWINDOW(0, Z8)
	JNE          seldom0

lanes0:
	WIDELANES(Z8)
	WIDEWINDOW(1, Z9)
	JNE          seldom1

lanes1:
	WIDELANES(Z9)
	WIDEWINDOW(2, Z10)
	JNE          seldom2

lanes2:
	WIDELANES(Z10)
	WIDEWINDOW(3, Z11)
	JNE          seldom3

lanes3:
	WIDELANES(Z11)
	VPUNPCKLQDQ   Z9, Z8, Z4
	VPUNPCKHQDQ   Z9, Z8, Z5
	VPUNPCKLQDQ   Z11, Z10, Z6
	VPUNPCKHQDQ   Z11, Z10, Z7
	VEXTRACTI64X4 $1, Z4, Y8
	VEXTRACTI64X4 $1, Z5, Y9
	VEXTRACTI64X4 $1, Z6, Y10
	VEXTRACTI64X4 $1, Z7, Y11
	VINSERTI128   $1, X6, Y4, Y0
	VINSERTI128   $1, X7, Y5, Y1
	VPERM2I128    $0x31, Y6, Y4, Y2
	VPERM2I128    $0x31, Y7, Y5, Y3
	VINSERTI128   $1, X10, Y8, Y4
	VINSERTI128   $1, X11, Y9, Y5
	VPERM2I128    $0x31, Y10, Y8, Y6
	VPERM2I128    $0x31, Y11, Y9, Y7
	VMOVDQU       blockTable_head(R9), Y14
	VMOVDQU       blockTable_one(R9), Y15
	JMP           masks

seldom0:
	SELDOM(Z8)
	JMP lanes0

seldom1:
	SELDOM(Z9)
	JMP lanes1

seldom2:
	SELDOM(Z10)
	JMP lanes2

seldom3:
	SELDOM(Z11)
	JMP lanes3
