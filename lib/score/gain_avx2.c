/* SPDX-License-Identifier: MIT */
/* Gains in vectors of four doubles, one membership each; see gain_vector.h. Only called where the processor has AVX2. */
#include "gain.h"

#ifdef RPV__HAVE_AVX2
#define RPV__GAIN_VECTOR 32
#define RPV__GAIN_TARGET __attribute__((target("avx2")))
#define RPV__GAIN_NAME rpv__gain_avx2
#include "gain_vector.h"
#endif
