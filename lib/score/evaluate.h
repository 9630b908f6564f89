/* SPDX-License-Identifier: MIT */
/* Scores, counts, impacts and worths from a view, at a time, as one session sees it, in the three views of scoring.md 3.
 * Exact: every figure is an integer in 2^-44 point (see exposure.h, secure.h). */
#ifndef RPV__EVALUATE_H
#define RPV__EVALUATE_H

#include "partial.h"
#include "model.h"
#include "view.h"
#include <reprieve/exception.h>

/* A recommendation carried out on a device, or on all (RPV__NO_NUMBER). */
typedef struct rpv__done { uint32_t recommendation, device; } rpv__done;

/* Through what a view is looked at. */
typedef struct rpv__lens {
	int64_t now_ms;
	const uint8_t *groups;         /* by group number, 1: counts; NULL: all groups. Numbers >= group_count do not count */
	size_t group_count;
	rpv__model *model;             /* NULL: rpv-exposure-1 */
	rpv_category category;         /* of the secure score; RPV_CATEGORY_UNCHANGED: all */
	int64_t active_ms;             /* devices count that are active then; 0: at now_ms */
	const rpv__done *done; size_t done_count; /* what counts as carried out; by recommendation, device */
	const rpv__cover *draft;       /* counts as if it were in effect now, besides the view's covers; or NULL */
	uint64_t without;              /* exception that counts as canceled, 0: none */
	const uint64_t *withouts; size_t without_count; /* more of them */
	const rpv__cover *edited;      /* covers of the view on its subject are not as they are stored, for now; NULL: all are */
} rpv__lens;

typedef struct rpv__scores {
	uint64_t devices;
	int64_t exposure[RPV__VIEWS];              /* 2^-44 point */
	uint64_t secure_points[RPV__VIEWS];        /* 2^-44 point */
	uint64_t secure_max;                       /* points */
	int64_t valid_until_ms;                    /* next instant at which the clock changes them, INT64_MAX: never */
} rpv__scores;

typedef struct rpv__figures {                  /* of one recommendation */
	uint64_t assessed, exposed, exposed_after, covered; /* active devices */
	uint64_t weaknesses;                       /* distinct, on exposed devices */
	int64_t impact[RPV__VIEWS];                /* exposure, 2^-44 point */
	int64_t standalone;                        /* 2^-44 point */
	int64_t secure_impact[RPV__VIEWS];         /* 2^-44 point */
	uint8_t severity, exploit;                 /* highest among the weaknesses on exposed devices; 0: none */
	bool known_exploited, alert;               /* alert: of a weakness or an exposed device */
	bool excepted_weakness_everywhere;         /* a weakness-everywhere exception in effect hits an active device under it */
} rpv__figures;

/* Scores alone: one pass over the memberships in the lens. */
rpv_status rpv__evaluate_scores(rpv__view *view, const rpv__lens *lens, rpv__scores *out, rpv_error *error);
/* Scores and the figures of every recommendation (array by number, view->recommendation_count long), one pass. The
 * result belongs to the view (it is cached there for an equal lens) and lives until the view changes or is asked with
 * another lens; lenses with draft or without are not cached and must not be used here. */
rpv_status rpv__evaluate_all(rpv__view *view, const rpv__lens *lens, const rpv__scores **scores,
                             const rpv__figures **figures, rpv_error *error);
/* Scores, and figures (an array by number, view->recommendation_count long; or NULL), through any lens. Of lenses with a
 * draft, without, done or active_ms nothing is kept: one pass each. */
rpv_status rpv__evaluate_apart(rpv__view *view, const rpv__lens *lens, rpv__scores *scores, rpv__figures *figures,
                               rpv_error *error);
/* Exposure scores in a view that no choice of recommendations beats which costs at most budgets[i] (ascending). `costs`: by
 * recommendation, 0: not to be chosen. The lens is as for rpv__evaluate_all(). */
rpv_status rpv__evaluate_bounds(rpv__view *view, const rpv__lens *lens, unsigned k, const int64_t *costs,
                                const int64_t *budgets, size_t count, int64_t *out, rpv_error *error);
/* Active devices in the lens that have a variant, by class and its number. Lives as long as the figures do. */
rpv_status rpv__evaluate_counts(rpv__view *view, const rpv__lens *lens, const uint32_t *const **out, rpv_error *error);
/* Of one weakness wherever it occurs. Costs a pass over the devices that have it. */
typedef struct rpv__weakness_figures {
	uint64_t exposed, exposed_after;           /* active devices */
	int64_t alone[RPV__VIEWS];                 /* standalone, of what is left in the view; 2^-44 point */
} rpv__weakness_figures;
rpv_status rpv__evaluate_weakness(rpv__view *view, const rpv__lens *lens, uint32_t weakness,
                                  rpv__weakness_figures *out, rpv_error *error);
/* Whether devices in the lens may be under it: a limited session sees no others (R44). */
bool rpv__cover_concerns(const rpv__view *view, const rpv__lens *lens, const rpv__cover *cover);
/* R34: score after canceling the exception less the score now. All 0 unless it is in effect. */
rpv_status rpv__evaluate_worth(rpv__view *view, const rpv__lens *lens, const rpv__cover *cover, rpv_worth *out,
                               rpv_error *error);
/* Exposure of one device of the lens's groups, active or not: 100 * P, in the three views. */
rpv_status rpv__evaluate_device(rpv__view *view, const rpv__lens *lens, uint32_t device, int64_t out[RPV__VIEWS],
                                rpv_error *error);
/* What a device contributes to the exposure score in the three views; 0 unless it counts in the lens. */
rpv_status rpv__evaluate_part(rpv__view *view, const rpv__lens *lens, uint32_t device, int64_t out[RPV__VIEWS],
                              rpv_error *error);
/* Whether exceptions in effect hide all findings of the recommendation on such a device (mitigation-like view). */
rpv_status rpv__evaluate_covered(rpv__view *view, const rpv__lens *lens, uint32_t device, uint32_t recommendation,
                                 bool *out, rpv_error *error);
/* Marks devices, by number, that may have findings of the lens's draft: some more, or all, where that is not known. */
rpv_status rpv__evaluate_marks(rpv__view *view, const rpv__lens *lens, uint8_t *marks);
/* What every recommendation contributes (array by number, view->recommendation_count long, in the region), and the sums of
 * all devices. */
rpv_status rpv__evaluate_shares(rpv__view *view, const rpv__lens *lens, rpv__arena *into, rpv__sums total[RPV__VIEWS],
                                int64_t *valid_until_ms, const rpv__share **shares, rpv_error *error);
/* The figures alone: not whose they are, nor when. */
void rpv__scores_figures(const rpv__scores *scores, rpv_score *out);
void rpv__scores_to_public(const rpv__view *view, const rpv__lens *lens, const rpv__scores *scores, rpv_score *out);
/* What is kept in the view follows changes. Before they are taken in: counts changed devices out, or lets go of what is kept
 * when more changes than it can follow. Afterwards (`done`: all went well): counts them in, follows the rest, frees `f`.
 * Without memory what is kept goes. */
typedef struct rpv__following { uint32_t *devices, *copy; size_t count, cap; } rpv__following;
rpv_status rpv__evaluation_before(rpv__view *view, const rpv__map *changed, const rpv__revision *revision,
                                  rpv__following *f);
rpv_status rpv__evaluation_after(rpv__view *view, const rpv__map *changed, bool done, rpv__following *f);
void rpv__evaluation_free(struct rpv__evaluation *evaluation);
void rpv__evaluation_free_all(rpv__view *view);
/* Lets go of what is kept for a model; the view may be NULL. */
void rpv__evaluation_forget(rpv__view *view, const rpv__model *model);

#endif
