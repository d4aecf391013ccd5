#include "go_asm.h"
#include "textflag.h"

// HASBIT sets the carry if bit n of a table of words of 64 bits is set.
#define HASBIT(n, table, tmp) \
	MOVQ n, tmp              \
	SHRQ $6, tmp             \
	MOVQ (table)(tmp*8), tmp \
	BTQ  n, tmp

// NAMEHASH is the hash of nameFilter. R8 is its factor.
#define NAMEHASH(text) \
	IMULQ R8, text                      \
	SHRQ  $(64-const_nameFilterBits), text

// SECONDPLACE is where the second bit of a hash is.
#define SECONDPLACE(h) \
	SHRQ $const_nameFilterNext, h              \
	ANDL $((1<<const_nameFilterBits)-1), h

// func mayNameBMI(f *nameFilter, text *byte, heads uint64) (likely uint64)
TEXT ·mayNameBMI(SB), NOSPLIT, $0-32
	MOVQ  f+0(FP), DI
	MOVQ  text+8(FP), SI
	MOVQ  heads+16(FP), BX
	XORL  DX, DX
	TESTQ BX, BX
	JZ    done
	MOVQ  $0x9e3779b97f4a7c15, R8
	MOVQ  $0x2020202020202020, R9

head:
	TZCNTQ BX, CX
	MOVQ   (SI)(CX*1), AX
	ORQ    R9, AX
	MOVL   AX, R10
	NAMEHASH(R10)
	HASBIT(R10, DI, R11)
	JCS    likely

next:
	BLSRQ BX, BX
	JNZ   head

done:
	MOVQ DX, likely+24(FP)
	RET

	// The four bytes are known: those of a short name, or the next two as well.
likely:
	MOVL  AX, R10
	BTSQ  $48, R10
	IMULQ R8, R10
	MOVQ  R10, R12
	SHRQ  $(64-const_nameFilterBits), R10
	HASBIT(R10, DI, R11)
	JCC   six
	SECONDPLACE(R12)
	HASBIT(R12, DI, R11)
	JCS   known

six:
	SHLQ  $16, AX
	SHRQ  $16, AX
	IMULQ R8, AX
	MOVQ  AX, R12
	SHRQ  $(64-const_nameFilterBits), AX
	HASBIT(AX, DI, R11)
	JCC   next
	SECONDPLACE(R12)
	HASBIT(R12, DI, R11)
	JCC   next

known:
	BTSQ CX, DX
	JMP  next

// func mayNameContextBMI(f *contextFilter, text *byte, heads uint64) (likely uint64)
TEXT ·mayNameContextBMI(SB), NOSPLIT, $0-32
	MOVQ  f+0(FP), DI
	MOVQ  text+8(FP), SI
	MOVQ  heads+16(FP), BX
	XORL  DX, DX
	TESTQ BX, BX
	JZ    done
	LEAQ  contextFilter_short(DI), R8
	LEAQ  contextFilter_long(DI), R9

head:
	TZCNTQ BX, CX
	MOVL   (SI)(CX*1), AX
	MOVL   AX, R10
	ANDL   $0x1f1f1f, R10
	IMUL3L $-1640531535, R10, R10
	SHRL   $(32-const_shortContextBits), R10
	HASBIT(R10, R8, R11)
	JCS    known
	ORL    $0x20202020, AX
	IMUL3L $-1640531535, AX, AX
	SHRL   $(32-const_longContextBits), AX
	HASBIT(AX, R9, R11)
	JCS    known

next:
	BLSRQ BX, BX
	JNZ   head

done:
	MOVQ DX, likely+24(FP)
	RET

known:
	BTSQ CX, DX
	JMP  next
