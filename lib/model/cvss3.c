/* SPDX-License-Identifier: MIT */
/* Scores of CVSS 3.0 and 3.1, by section 8 (3.0) and section 7 (3.1) of FIRST's specification documents. */
#include "cvss.h"

enum { AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA };

static const rpv__cvss_metric metrics[] = {
	{ "AV", "N A L P" }, { "AC", "L H" }, { "PR", "N L H" }, { "UI", "N R" }, { "S", "U C" },
	{ "C", "H L N" }, { "I", "H L N" }, { "A", "H L N" },
	{ "E", "X H F P U" }, { "RL", "X U W T O" }, { "RC", "X C R U" },
	{ "CR", "X H M L" }, { "IR", "X H M L" }, { "AR", "X H M L" },
	{ "MAV", "X N A L P" }, { "MAC", "X L H" }, { "MPR", "X N L H" }, { "MUI", "X N R" }, { "MS", "X U C" },
	{ "MC", "X H L N" }, { "MI", "X H L N" }, { "MA", "X H L N" },
};
const rpv__cvss_metrics rpv__cvss3_metrics = { metrics, RPV__COUNT(metrics), 8 };

/* Weights in hundredths (requirements: tenths), in the order of the values above. */
static const int av_weight[] = { 85, 62, 55, 20 };
static const int ac_weight[] = { 77, 44 };
static const int pr_weight[2][3] = { { 85, 62, 27 }, { 85, 68, 50 } }; /* by scope */
static const int ui_weight[] = { 85, 62 };
static const int impact_weight[] = { 56, 22, 0 };
static const int e_weight[] = { 100, 100, 97, 94, 91 };
static const int rl_weight[] = { 100, 100, 97, 96, 95 };
static const int rc_weight[] = { 100, 100, 96, 92 };
static const int requirement_weight[] = { 10, 15, 10, 5 };

#define TENTH INT64_C(100000000000) /* scores on the way are in units of 10^-12 */
#define MILLIARD INT64_C(1000000000)

/* The smallest tenth that is not below the score. 3.1 looks at five decimals alone, so that a tenth that was missed by
 * floating point rounding still counts as met. */
static int round_up(int32_t version, int64_t score)
{
	if (version == 30)
		return (int)((score + TENTH - 1) / TENTH);
	int64_t decimals = (score + 5000000) / 10000000;
	return (int)((decimals + 9999) / 10000);
}

/* x^n with x and the result in units of 10^-9, for 0 < x < 1: rounded at each step, which makes an error of at most
 * n / 2 units. No score comes that near to where it would be rounded otherwise. */
static int64_t power(int64_t x, int n)
{
	int64_t result = MILLIARD;
	while (n-- > 0)
		result = (result * x + MILLIARD / 2) / MILLIARD;
	return result;
}

/* Impact sub-score in units of 10^-12 from its base (0 to 1) in units of 10^-6. */
static int64_t impact_of(int64_t iss, bool changed, bool late)
{
	if (!changed)
		return 6420000 * iss;
	/* 3.1 changed the last term of the environmental equation: (0.9731 x - 0.02)^13 for (x - 0.02)^15. */
	int64_t last = late ? power((iss * 9731 - 200000000) / 10, 13) : power((iss - 20000) * 1000, 15);
	return 7520000 * (iss - 29000) - 3250 * last;
}

/* The base equation over effective values: `at` has positions of AV to A, `weight` of the requirements. */
static int score_of(int32_t version, const uint8_t *at, const int *weight, bool environmental)
{
	bool changed = at[S] == 1;
	int64_t left = 1, iss, exploitability, sum;

	for (int i = 0; i < 3; i++)
		left *= 100 - impact_weight[at[C + i]] * weight[i] / 10;
	iss = 1000000 - left;
	if (iss == 0)
		return 0; /* without impact there is no score */
	if (iss > 915000)
		iss = 915000; /* only requirements get it there */
	exploitability = (int64_t)822 * av_weight[at[AV]] * ac_weight[at[AC]] * pr_weight[changed][at[PR]] *
	                 ui_weight[at[UI]] * 100;
	sum = impact_of(iss, changed, environmental && version == 31) + exploitability;
	if (changed)
		sum = sum * 108 / 100;
	return round_up(version, sum < 100 * TENTH ? sum : 100 * TENTH);
}

static int temporal_of(const rpv__cvss_vector *v, int tenths)
{
	int64_t weight = (int64_t)e_weight[v->value[E]] * rl_weight[v->value[RL]] * rc_weight[v->value[RC]];
	return round_up(v->version, tenths * weight * (TENTH / 1000000));
}

rpv__cvss_tenths rpv__cvss3_score(const rpv__cvss_vector *v)
{
	static const int without[3] = { 10, 10, 10 };
	int weight[3];
	uint8_t at[A + 1];
	bool environmental = false;
	rpv__cvss_tenths score;

	for (int i = 0; i <= A; i++) {
		uint8_t modified = v->value[MAV + i];
		at[i] = modified ? (uint8_t)(modified - 1) : v->value[i];
		environmental = environmental || modified;
	}
	for (int i = 0; i < 3; i++) {
		weight[i] = requirement_weight[v->value[CR + i]];
		environmental = environmental || v->value[CR + i];
	}
	score.base = score_of(v->version, v->value, without, false);
	score.overall = temporal_of(v, environmental ? score_of(v->version, at, weight, true) : score.base);
	return score;
}
