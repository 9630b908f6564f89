/* SPDX-License-Identifier: MIT */
/* Lets a script ask for the arithmetic of scores: a request a line, an answer a line, all numbers decimal. Used by
 * tests/tools/arith-check.py, which compares with 50 digits.
 *
 *     likelihood EPSS SEVERITY EXPLOIT KEV ALERT   p in 1e-9; EPSS 4294967295: not known; words as their enum numbers
 *     reached P SEVERITY                           q
 *     hazard Q                                     h
 *     survival L                                   S
 *     device CLASS M W...                          adds a device, W of recommendations 0, 1, ... ; no answer
 *     score                                        score, then the impact of every recommendation; forgets the devices
 *     secure POINTS COMPLIANT APPLICABLE           points reached, impact
 *     double UNITS                                 the double, as a C hexadecimal constant
 */
#include "../../lib/score/exposure.h"
#include "../../lib/score/secure.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_RECOMMENDATIONS 64

static const rpv__exposure_model *const model = &rpv__exposure_model_default;
static rpv__sums sums;
static rpv__wide gone[MOST_RECOMMENDATIONS][RPV__VALUES];

static void add_device(const uint64_t *number, size_t count)
{
	unsigned class = (unsigned)number[0];
	uint32_t m = (uint32_t)number[1];
	uint64_t sum = 0;
	for (size_t i = 2; i < count; i++)
		sum = rpv__l_add(sum, number[i] < RPV__W_MAX ? number[i] : RPV__W_MAX);
	uint64_t l = rpv__l_times(sum, m), s = rpv__survival(l);
	rpv__sums_add(&sums, class, RPV__SURVIVAL_ONE - s);
	for (size_t i = 2; i < count; i++) {
		uint64_t w = number[i] < RPV__W_MAX ? number[i] : RPV__W_MAX;
		rpv__wide *x = &gone[i - 2][class];
		*x = rpv__wide_add(*x, rpv__wide_of(rpv__survival(l - m * w) - s));
	}
}

static void print_score(void)
{
	printf("%" PRId64, rpv__exposure_score(model, &sums));
	for (size_t r = 0; r < MOST_RECOMMENDATIONS; r++)
		printf(" %" PRId64, rpv__exposure_impact(model, &sums, gone[r]));
	putchar('\n');
	memset(&sums, 0, sizeof sums);
	memset(gone, 0, sizeof gone);
}

static void print_secure(uint32_t points, uint64_t compliant, uint64_t applicable)
{
	printf("%" PRIu64 " %" PRIu64 "\n", rpv__secure_units(points, compliant, applicable),
	       rpv__secure_impact(points, compliant, applicable));
}

static bool answer(const char *word, const uint64_t *n, size_t count)
{
	if (strcmp(word, "likelihood") == 0 && count == 5) {
		rpv__likelihood_facts facts = { (uint32_t)n[0], (rpv_severity)n[1], (rpv_exploit)n[2], n[3] != 0, n[4] != 0 };
		printf("%" PRIu32 "\n", rpv__likelihood(model, &facts));
	} else if (strcmp(word, "reached") == 0 && count == 2)
		printf("%" PRIu64 "\n", rpv__reached(model, (uint32_t)n[0], (rpv_severity)n[1]));
	else if (strcmp(word, "hazard") == 0 && count == 1)
		printf("%" PRIu64 "\n", rpv__hazard_of(n[0]));
	else if (strcmp(word, "survival") == 0 && count == 1)
		printf("%" PRIu64 "\n", rpv__survival(n[0]));
	else if (strcmp(word, "device") == 0 && count >= 2)
		add_device(n, count);
	else if (strcmp(word, "score") == 0 && count == 0)
		print_score();
	else if (strcmp(word, "secure") == 0 && count == 3)
		print_secure((uint32_t)n[0], n[1], n[2]);
	else if (strcmp(word, "double") == 0 && count == 1)
		printf("%a\n", rpv__score_to_double((int64_t)n[0]));
	else
		return false;
	return true;
}

int main(void)
{
	static char line[1 << 12];
	while (fgets(line, sizeof line, stdin) != NULL) {
		uint64_t number[MOST_RECOMMENDATIONS + 2];
		size_t count = 0;
		const char *word = strtok(line, " \n");
		for (const char *at; count < sizeof number / sizeof number[0] && (at = strtok(NULL, " \n")) != NULL; count++)
			number[count] = strtoull(at, NULL, 10);
		if (word == NULL || !answer(word, number, count)) {
			fprintf(stderr, "not a request\n");
			return 2;
		}
	}
	return 0;
}
