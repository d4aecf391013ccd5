#include "go_asm.h"
#include "textflag.h"

// PAIR looks up one pair of tables for the two halves of 32 bytes.
#define PAIR(k, low, high, to, tmp) \
	VMOVDQU (laneTable_pairs+64*k)(DI), to     \
	VMOVDQU (laneTable_pairs+64*k+32)(DI), tmp \
	VPSHUFB low, to, to                        \
	VPSHUFB high, tmp, tmp                     \
	VPAND   tmp, to, to

// LANEBYTES turns every byte of text into a byte whose bit l is lane l. Y15 is 0.
#define LANEBYTES(text, low, high, a, b) \
	VPAND    laneTable_low(DI), text, low   \
	VPSRLW   $4, text, high                 \
	VPAND    laneTable_low(DI), high, high  \
	PAIR(const_lanePairs, low, high, a, b)  \
	VPCMPEQB a, Y15, a                      \
	VPANDN   laneTable_stop(DI), a, text    \
	PAIR(0, low, high, a, b)                \
	VPOR     a, text, text                  \
	PAIR(1, low, high, a, b)                \
	VPOR     a, text, text                  \
	PAIR(2, low, high, a, b)                \
	VPOR     a, text, text

// LANE writes the lane of the highest bits, and moves the next one there.
#define LANE(l) \
	VPMOVMSKB Y0, AX     \
	VPADDB    Y0, Y0, Y0 \
	MOVQ      AX, (8*l)(DX)

// LANE2 is LANE of two times 32 bytes, of which the second are CX bytes on.
#define LANE2(l) \
	VPMOVMSKB Y0, AX     \
	VPMOVMSKB Y1, BX     \
	VPADDB    Y0, Y0, Y0 \
	VPADDB    Y1, Y1, Y1 \
	SHLXQ     CX, BX, BX \
	ORQ       BX, AX     \
	MOVQ      AX, (8*l)(DX)

// func lanesAVX2(t *laneTable, text *byte, n int, to *lanes)
TEXT ·lanesAVX2(SB), NOSPLIT, $0-32
	MOVQ  t+0(FP), DI
	MOVQ  text+8(FP), SI
	MOVQ  n+16(FP), CX
	MOVQ  to+24(FP), DX
	VPXOR Y15, Y15, Y15
	CMPQ  CX, $32
	JB    below32

	// The first 32 bytes and the last 32, which may be some of the same.
	VMOVDQU (SI), Y0
	VMOVDQU -32(SI)(CX*1), Y1
	SUBQ    $32, CX
	LANEBYTES(Y0, Y2, Y3, Y4, Y5)
	LANEBYTES(Y1, Y6, Y7, Y8, Y9)
	LANE2(7)
	LANE2(6)
	LANE2(5)
	LANE2(4)
	LANE2(3)
	LANE2(2)
	LANE2(1)
	LANE2(0)
	VZEROUPPER
	RET

below32:
	CMPQ CX, $4
	JB   below4

	// Fours of bytes by a mask: what it leaves out is not read. Then the one to
	// three that remain, out of the four at the end of the text.
	MOVQ         CX, R8
	SHRQ         $2, R8
	NEGQ         R8
	MOVL         -4(SI)(CX*1), BX
	VMOVDQU      (laneTable_whole+32)(DI)(R8*4), Y1
	VPMASKMOVD   (SI), Y1, Y0
	SHLQ         $3, CX
	ANDQ         $24, CX
	NEGQ         CX
	ADDQ         $32, CX
	SHRXQ        CX, BX, BX
	VMOVD        BX, X2
	VPBROADCASTD X2, Y2
	VPAND        (laneTable_rest+32)(DI)(R8*4), Y2, Y2
	VPOR         Y2, Y0, Y0
	JMP          lanes

below4:
	XORL AX, AX

nextByte:
	DECQ    CX
	JLT     bytesRead
	SHLQ    $8, AX
	MOVBLZX (SI)(CX*1), BX
	ORQ     BX, AX
	JMP     nextByte

bytesRead:
	VMOVQ AX, X0

lanes:
	LANEBYTES(Y0, Y2, Y3, Y4, Y5)
	LANE(7)
	LANE(6)
	LANE(5)
	LANE(4)
	LANE(3)
	LANE(2)
	LANE(1)
	LANE(0)
	VZEROUPPER
	RET
