/* SPDX-License-Identifier: MIT */
/* Scores of CVSS 4.0, by section 8 of FIRST's "Common Vulnerability Scoring System version 4.0: Specification
 * Document": the score of the MacroVector, less the mean share of the way down to the next lower ones. */
#include "cvss.h"

enum { AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, E, CR, IR, AR, MAV, MSC = MAV + SC };

static const rpv__cvss_metric metrics[] = {
	{ "AV", "N A L P" }, { "AC", "L H" }, { "AT", "N P" }, { "PR", "N L H" }, { "UI", "N P A" },
	{ "VC", "H L N" }, { "VI", "H L N" }, { "VA", "H L N" }, { "SC", "H L N" }, { "SI", "H L N" }, { "SA", "H L N" },
	{ "E", "X A P U" }, { "CR", "X H M L" }, { "IR", "X H M L" }, { "AR", "X H M L" },
	{ "MAV", "X N A L P" }, { "MAC", "X L H" }, { "MAT", "X N P" }, { "MPR", "X N L H" }, { "MUI", "X N P A" },
	{ "MVC", "X H L N" }, { "MVI", "X H L N" }, { "MVA", "X H L N" },
	{ "MSC", "X H L N" }, { "MSI", "X S H L N" }, { "MSA", "X S H L N" },
	{ "S", "X N P" }, { "AU", "X N Y" }, { "R", "X A U I" }, { "V", "X D C" }, { "RE", "X L M H" },
	{ "U", "X Clear Green Amber Red" },
};
const rpv__cvss_metrics rpv__cvss4_metrics = { metrics, RPV__COUNT(metrics), 11 };

/* The equivalence classes in order; EQ3 and EQ6 go down together. */
enum { EQ1, EQ2, EQ3, EQ4, EQ5, EQ6, CLASSES };

/* How many steps each metric is from its most severe value. Of the subsequent system that is S (safety), which only the
 * modified metrics have: H is one step down. `SC` has no S, but is counted alike. */
static void levels_of(const rpv__cvss_vector *v, bool with_all, int *level)
{
	for (int i = AV; i <= SA; i++) {
		int modified = with_all ? v->value[MAV + i] : 0;
		level[i] = v->value[i] + (i >= SC);
		if (modified)
			level[i] = modified - 1 + (i == SC);
	}
	for (int i = E; i <= AR; i++) /* not defined means the most severe */
		level[i] = with_all && v->value[i] ? v->value[i] - 1 : 0;
}

/* Levels of the equivalence classes, 0 the most severe. */
static void classes_of(const int *level, int *eq)
{
	int none = (level[AV] == 0) + (level[PR] == 0) + (level[UI] == 0);
	bool high = level[VC] == 0 || level[VI] == 0 || level[VA] == 0;
	bool safety = level[SI] == 0 || level[SA] == 0;
	bool subsequent = level[SC] == 1 || level[SI] == 1 || level[SA] == 1;

	eq[EQ1] = none == 3 ? 0 : none > 0 && level[AV] < 3 ? 1 : 2;
	eq[EQ2] = level[AC] > 0 || level[AT] > 0;
	eq[EQ3] = level[VC] == 0 && level[VI] == 0 ? 0 : high ? 1 : 2;
	eq[EQ4] = safety ? 0 : subsequent ? 1 : 2;
	eq[EQ5] = level[E];
	eq[EQ6] = 1;
	for (int i = 0; i < 3; i++)
		if (level[CR + i] == 0 && level[VC + i] == 0)
			eq[EQ6] = 0;
}

static int table_at(const int *eq)
{
	return rpv__cvss4_table[eq[EQ1]][eq[EQ2]][eq[EQ3]][eq[EQ4]][eq[EQ5]][eq[EQ6]];
}

/* Score of the MacroVector one level down in a class, -1 when there is none. */
static int lower(const int *eq, int class)
{
	static const int last[CLASSES] = { 2, 1, 2, 2, 2, 1 };
	int down[CLASSES], score;

	if (eq[class] == last[class])
		return -1;
	memcpy(down, eq, sizeof down);
	down[class]++;
	score = table_at(down);
	if (class == EQ3 && eq[EQ6] == 0) { /* 00 goes down to 01 or 10, whichever scores higher; 10 to 11 */
		int other;
		memcpy(down, eq, sizeof down);
		down[EQ6] = 1;
		other = table_at(down);
		score = eq[EQ3] == 0 && score > other ? score : other;
	}
	return score;
}

static int sum_of_three(const int *level)
{
	return level[0] + level[1] + level[2];
}

/* The score of a vector that has an impact. All highest severity vectors of a class have the same sum of steps, so the
 * distance from the one above the vector is a difference of sums. */
static int interpolate(const int *level, const int *eq)
{
	static const int top1[] = { 0, 1, 3 }, top2[] = { 0, 1 }, top3[3][2] = { { 0, 3 }, { 1, 3 }, { 0, 3 } };
	static const int top4[] = { 1, 3, 6 };
	static const int depth1[] = { 1, 4, 5 }, depth2[] = { 1, 2 }, depth3[3][2] = { { 7, 6 }, { 8, 8 }, { 1, 10 } };
	static const int depth4[] = { 6, 5, 4 };
	const int distance[] = {
		level[AV] + level[PR] + level[UI] - top1[eq[EQ1]], level[AC] + level[AT] - top2[eq[EQ2]],
		sum_of_three(level + VC) + sum_of_three(level + CR) - top3[eq[EQ3]][eq[EQ6]],
		sum_of_three(level + SC) - top4[eq[EQ4]], 0
	};
	const int depth[] = { depth1[eq[EQ1]], depth2[eq[EQ2]], depth3[eq[EQ3]][eq[EQ6]], depth4[eq[EQ4]], 1 };
	int score = table_at(eq), count = 0, drop = 0;

	for (int class = EQ1; class <= EQ5; class++) {
		int next = lower(eq, class);
		if (next < 0)
			continue;
		count++;
		drop += (score - next) * distance[class] * (840 / depth[class]); /* all depths divide 840 */
	}
	if (count == 0)
		return score;
	/* score - drop / (840 count), to the nearest whole, halves up */
	return (2 * (score * 840 * count - drop) + 840 * count) / (2 * 840 * count);
}

static int score_of(const rpv__cvss_vector *v, bool with_all)
{
	int level[AR + 1], eq[CLASSES];

	levels_of(v, with_all, level);
	if (sum_of_three(level + VC) == 6 && sum_of_three(level + SC) == 9)
		return 0; /* no impact at all */
	classes_of(level, eq);
	return interpolate(level, eq);
}

rpv__cvss_tenths rpv__cvss4_score(const rpv__cvss_vector *v)
{
	return (rpv__cvss_tenths){ score_of(v, false), score_of(v, true) };
}
