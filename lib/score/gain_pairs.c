/* SPDX-License-Identifier: MIT */
/* Gains in vectors of two doubles, which every processor has or is given by the compiler; see gain_vector.h. */
#include "gain.h"

#ifdef RPV__HAVE_PAIRS
#define RPV__GAIN_VECTOR 16
#define RPV__GAIN_TARGET
#define RPV__GAIN_NAME rpv__gain_pairs
#include "gain_vector.h"
#endif
