/* SPDX-License-Identifier: MIT */
/* Scores of CVSS 2.0, by section 3.2 of FIRST's "A Complete Guide to the Common Vulnerability Scoring System Version
 * 2.0". */
#include "cvss.h"

enum { AV, AC, AU, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR };

static const rpv__cvss_metric metrics[] = {
	{ "AV", "N A L" }, { "AC", "L M H" }, { "Au", "N S M" }, { "C", "C P N" }, { "I", "C P N" }, { "A", "C P N" },
	{ "E", "ND H F POC U" }, { "RL", "ND U W TF OF" }, { "RC", "ND C UR UC" },
	{ "CDP", "ND N L LM MH H" }, { "TD", "ND H M L N" },
	{ "CR", "ND H M L" }, { "IR", "ND H M L" }, { "AR", "ND H M L" },
};
const rpv__cvss_metrics rpv__cvss2_metrics = { metrics, RPV__COUNT(metrics), 6 };

/* Weights, in the order of the values above. */
static const int av_thousandths[] = { 1000, 646, 395 };
static const int ac_hundredths[] = { 71, 61, 35 };
static const int au_thousandths[] = { 704, 560, 450 };
static const int impact_thousandths[] = { 660, 275, 0 };
static const int e_hundredths[] = { 100, 100, 95, 90, 85 };
static const int rl_hundredths[] = { 100, 100, 95, 90, 87 };
static const int rc_hundredths[] = { 100, 100, 95, 90 };
static const int cdp_hundredths[] = { 0, 0, 10, 30, 40, 50 };
static const int td_hundredths[] = { 100, 100, 75, 25, 0 };
static const int requirement_hundredths[] = { 100, 151, 100, 50 };

/* To the nearest whole, halves away from zero. */
static int64_t divide(int64_t n, int64_t by)
{
	return n < 0 ? -((-n + by / 2) / by) : (n + by / 2) / by;
}

/* The base equation over impacts weighed by requirements, which are 100 each for the base score itself. Only the
 * weighed impact ends at 10: that of the base goes up to 10.0008. The smallest result is -0.2. */
static int base_tenths(const rpv__cvss_vector *v, bool adjusted, int cr, int ir, int ar)
{
	int64_t c = impact_thousandths[v->value[C]] * cr, i = impact_thousandths[v->value[I]] * ir;
	int64_t a = impact_thousandths[v->value[A]] * ar;
	int64_t left = (100000 - c) * (100000 - i) * (100000 - a);                          /* 10^-15 */
	int64_t impact = 1041 * (INT64_C(1000000000000000) - left);                         /* 10^-17 */
	int64_t exploitability = av_thousandths[v->value[AV]] * ac_hundredths[v->value[AC]] *
	                         au_thousandths[v->value[AU]];                              /* 10^-8, without its 20 */

	if (impact == 0)
		return 0; /* f(Impact) is 0 */
	if (adjusted && impact > INT64_C(1000000000000000000))
		impact = INT64_C(1000000000000000000);
	/* 0.6 x impact + 0.4 x 20 x exploitability - 1.5, in 10^-15. What the division drops never decides a rounding. */
	int64_t sum = impact * 6 / 1000 + exploitability * 80000000 - INT64_C(1500000000000000);
	return (int)divide(sum * 147, INT64_C(12500000000000000)); /* x 1.176, which is 147 / 125 */
}

static int temporal_tenths(const rpv__cvss_vector *v, int tenths)
{
	return (int)divide((int64_t)tenths * e_hundredths[v->value[E]] * rl_hundredths[v->value[RL]] *
	                   rc_hundredths[v->value[RC]], 1000000);
}

rpv__cvss_tenths rpv__cvss2_score(const rpv__cvss_vector *v)
{
	rpv__cvss_tenths score;
	bool environmental = v->value[CDP] || v->value[TD] || v->value[CR] || v->value[IR] || v->value[AR];

	score.base = base_tenths(v, false, 100, 100, 100);
	score.overall = temporal_tenths(v, score.base);
	if (environmental) {
		int adjusted = temporal_tenths(v, base_tenths(v, true, requirement_hundredths[v->value[CR]],
		                                              requirement_hundredths[v->value[IR]],
		                                              requirement_hundredths[v->value[AR]]));
		int damaged = adjusted * 100 + (100 - adjusted) * cdp_hundredths[v->value[CDP]];
		score.overall = (int)divide((int64_t)damaged * td_hundredths[v->value[TD]], 10000);
		if (score.overall < 0)
			score.overall = 0;
	}
	return score;
}
