/* SPDX-License-Identifier: MIT */
/* CRC-32C (Castagnoli; RFC 3720 appendix B.4): notices every burst of up to 32 bits, has an instruction on x86, and needs
 * eight tables elsewhere. These are constant expressions: the sum is linear, so what a byte contributes is the exclusive
 * or of what its bits do. */
#include "base.h"

#define BYTE(b, c0, c1, c2, c3, c4, c5, c6, c7)                                                                        \
	(((b) & 1 ? c0 : 0u) ^ ((b) & 2 ? c1 : 0u) ^ ((b) & 4 ? c2 : 0u) ^ ((b) & 8 ? c3 : 0u) ^ ((b) & 16 ? c4 : 0u) ^ \
	 ((b) & 32 ? c5 : 0u) ^ ((b) & 64 ? c6 : 0u) ^ ((b) & 128 ? c7 : 0u))
#define BYTES4(b, ...)                                                                                                 \
	BYTE(b, __VA_ARGS__), BYTE((b) + 1, __VA_ARGS__), BYTE((b) + 2, __VA_ARGS__), BYTE((b) + 3, __VA_ARGS__)
#define BYTES16(b, ...)                                                                                                \
	BYTES4(b, __VA_ARGS__), BYTES4((b) + 4, __VA_ARGS__), BYTES4((b) + 8, __VA_ARGS__), BYTES4((b) + 12, __VA_ARGS__)
#define BYTES64(b, ...)                                                                                                \
	BYTES16(b, __VA_ARGS__), BYTES16((b) + 16, __VA_ARGS__), BYTES16((b) + 32, __VA_ARGS__), BYTES16((b) + 48, __VA_ARGS__)
#define BYTES256(...)                                                                                                  \
	{ BYTES64(0, __VA_ARGS__), BYTES64(64, __VA_ARGS__), BYTES64(128, __VA_ARGS__), BYTES64(192, __VA_ARGS__) }

/* Row n: what a byte with n zero bytes behind it contributes, given for each of its bits. */
static const uint32_t tables[8][256] = {
	BYTES256(0xF26B8303, 0xE13B70F7, 0xC79A971F, 0x8AD958CF, 0x105EC76F, 0x20BD8EDE, 0x417B1DBC, 0x82F63B78),
	BYTES256(0x13A29877, 0x274530EE, 0x4E8A61DC, 0x9D14C3B8, 0x3FC5F181, 0x7F8BE302, 0xFF17C604, 0xFBC3FAF9),
	BYTES256(0xA541927E, 0x4F6F520D, 0x9EDEA41A, 0x38513EC5, 0x70A27D8A, 0xE144FB14, 0xC76580D9, 0x8B277743),
	BYTES256(0xDD45AAB8, 0xBF672381, 0x7B2231F3, 0xF64463E6, 0xE964B13D, 0xD725148B, 0xABA65FE7, 0x52A0C93F),
	BYTES256(0x38116FAC, 0x7022DF58, 0xE045BEB0, 0xC5670B91, 0x8F2261D3, 0x1BA8B557, 0x37516AAE, 0x6EA2D55C),
	BYTES256(0xEF306B19, 0xDB8CA0C3, 0xB2F53777, 0x6006181F, 0xC00C303E, 0x85F4168D, 0x0E045BEB, 0x1C08B7D6),
	BYTES256(0x68032CC8, 0xD0065990, 0xA5E0C5D1, 0x4E2DFD53, 0x9C5BFAA6, 0x3D5B83BD, 0x7AB7077A, 0xF56E0EF4),
	BYTES256(0x493C7D27, 0x9278FA4E, 0x211D826D, 0x423B04DA, 0x847609B4, 0x0D006599, 0x1A00CB32, 0x34019664),
};

uint32_t rpv__sum_by_tables(uint32_t sum, const void *data, size_t size)
{
	const uint8_t *at = data;
	sum = ~sum;
	for (; size >= 8; size -= 8, at += 8)
		sum = tables[7][(sum ^ at[0]) & 255] ^ tables[6][(sum >> 8 ^ at[1]) & 255] ^
		      tables[5][(sum >> 16 ^ at[2]) & 255] ^ tables[4][sum >> 24 ^ at[3]] ^ tables[3][at[4]] ^ tables[2][at[5]] ^
		      tables[1][at[6]] ^ tables[0][at[7]];
	for (; size; size--, at++)
		sum = sum >> 8 ^ tables[0][(sum ^ *at) & 255];
	return ~sum;
}

#if defined __x86_64__ && defined __GNUC__
__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t sum, const void *data, size_t size)
{
	const uint8_t *at = data;
	uint64_t state = ~sum, eight;
	uint32_t four;
	for (; size >= 8; size -= 8, at += 8) {
		memcpy(&eight, at, sizeof eight);
		state = __builtin_ia32_crc32di(state, eight);
	}
	if (size & 4) {
		memcpy(&four, at, sizeof four);
		state = __builtin_ia32_crc32si((uint32_t)state, four);
		at += 4;
	}
	for (size &= 3; size; size--, at++)
		state = __builtin_ia32_crc32qi((uint32_t)state, *at);
	return ~(uint32_t)state;
}

uint32_t rpv__sum(uint32_t sum, const void *data, size_t size)
{
	if (__builtin_cpu_supports("sse4.2")) /* unreachable: a machine has it, or has it not; both are tested by themselves */
		return by_instruction(sum, data, size);
	return rpv__sum_by_tables(sum, data, size);
}
#else
uint32_t rpv__sum(uint32_t sum, const void *data, size_t size)
{
	return rpv__sum_by_tables(sum, data, size);
}
#endif
