/* SPDX-License-Identifier: MIT */
/* Backups: recorded scores. */
#include "ndjson.h"

#define FIGURE(name, member) { name, offsetof(rpv_score, member) }
#define SECURE(view)                                                                                                 \
	FIGURE("secure_" #view "_points", secure_##view.points), FIGURE("secure_" #view "_max_points",                   \
	       secure_##view.max_points), FIGURE("secure_" #view "_percent", secure_##view.percent)

const rpv__io_figure_field rpv__io_figures[RPV__IO_FIGURES] = {
	FIGURE("exposure_official", exposure_official), FIGURE("exposure_no_impact", exposure_no_impact),
	FIGURE("exposure_mitigation_like", exposure_mitigation_like), SECURE(official), SECURE(no_impact),
	SECURE(mitigation_like)
};

double *rpv__io_figure(rpv_score *score, size_t index)
{
	return (double *)(void *)((char *)score + rpv__io_figures[index].offset);
}

static const void *point_at(const rpv_list *list, size_t i) { return rpv_score_point_at(list, i); }
static const void *series_at(const rpv_list *list, size_t i) { return rpv_score_series_at(list, i); }

static rpv_status write_point(rpv__io_line *out, const void *row)
{
	const rpv_score_point *x = row;
	rpv_score score = *x->score;
	char digest[17];
	snprintf(digest, sizeof(digest), "%016llx", (unsigned long long)x->digest);
	rpv__io_line_begin(out, "score");
	rpv__io_put_text(out, "engine", x->engine);
	rpv__io_put_text(out, "group", x->group);
	if (x->digest != 0)
		rpv__io_put_text(out, "digest", digest);
	rpv__io_put_time(out, "time", score.time_ms);
	rpv__io_put_some(out, "devices", score.devices);
	rpv__io_put_word(out, "level", RPV_WORDS_LEVEL, (int32_t)score.level);
	for (size_t i = 0; i < RPV__IO_FIGURES; i++)
		if (*rpv__io_figure(&score, i) != 0)
			rpv__io_put_number(out, rpv__io_figures[i].field, *rpv__io_figure(&score, i));
	return rpv__io_line_end(out);
}

static rpv_status ask_points(rpv_session *session, const void *query, rpv_list **list)
{
	return rpv_score_point_list(session, query, list);
}

static rpv_status write_series(rpv__io_line *out, const void *row)
{
	const rpv_score_series *series = row;
	rpv_score_point_query query = RPV_SCORE_POINT_QUERY_INIT;
	query.engine = series->engine;
	query.group = series->group;
	query.limit = 10000;
	return rpv__io_write_pages(out, ask_points, &query, &query.after, point_at, write_point);
}

rpv_status rpv__io_write_scores(rpv__io_line *out)
{
	rpv_list *list = NULL;
	if (rpv_score_series_list(out->session, &list) != RPV_OK)
		return rpv__io_line_core(out);
	return rpv__io_write_rows(out, list, series_at, NULL, write_series);
}
