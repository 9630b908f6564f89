/* SPDX-License-Identifier: MIT */
/* Bytes of recorded scores: figures as they were given out, to the last bit. */
#include "parts.h"

enum { FIGURES = 12 };

static void figures_of(rpv_score *s, double *out[FIGURES])
{
	double *const figures[FIGURES] = {
		&s->exposure_official, &s->exposure_no_impact, &s->exposure_mitigation_like,
		&s->secure_official.points, &s->secure_official.max_points, &s->secure_official.percent,
		&s->secure_no_impact.points, &s->secure_no_impact.max_points, &s->secure_no_impact.percent,
		&s->secure_mitigation_like.points, &s->secure_mitigation_like.max_points, &s->secure_mitigation_like.percent };
	memcpy(out, figures, sizeof figures);
}

static uint64_t bits_of(const double *figure)
{
	uint64_t bits;
	memcpy(&bits, figure, sizeof bits);
	return bits;
}

bool rpv__score_ok(const rpv_score *score)
{
	rpv_score copy = *score;
	double *figures[FIGURES];
	bool ok = score->level >= RPV_LEVEL_LOW && score->level <= RPV_LEVEL_HIGH && score->devices <= INT64_MAX;
	figures_of(&copy, figures);
	for (size_t i = 0; i < FIGURES; i++)
		ok = ok && (bits_of(figures[i]) >> 52 & 0x7ff) != 0x7ff; /* no infinity, a number */
	return ok;
}

void rpv__put_point(rpv__buf *b, const rpv__point *r)
{
	rpv_score score = r->score;
	double *figures[FIGURES];
	rpv__buf_u8(b, RPV__CODEC);
	rpv__buf_be64(b, r->digest);
	rpv__put_time(b, score.time_ms);
	rpv__buf_uint(b, score.devices);
	rpv__buf_u8(b, (uint8_t)score.level);
	figures_of(&score, figures);
	for (size_t i = 0; i < FIGURES; i++)
		rpv__buf_be64(b, bits_of(figures[i]));
}

bool rpv__get_point(rpv_bytes v, rpv__point *r)
{
	rpv__reader in = rpv__open_value(v);
	rpv__point got = { .digest = rpv__read_be64(&in), .score = RPV_SCORE_INIT };
	double *figures[FIGURES];
	got.score.time_ms = rpv__read_time(&in);
	got.score.devices = rpv__read_uint(&in);
	got.score.level = (rpv_level)rpv__read_u8(&in);
	figures_of(&got.score, figures);
	for (size_t i = 0; i < FIGURES; i++) {
		uint64_t bits = rpv__read_be64(&in);
		memcpy(figures[i], &bits, sizeof bits);
	}
	if (!rpv__reader_done(&in) || !rpv__score_ok(&got.score))
		return false;
	*r = got;
	return true;
}
