/* SPDX-License-Identifier: MIT */
/* What the importers of Defender formats share: ids, versions, points. */
#include "defender.h"
#include <math.h>
#include <string.h>

rpv_status rpv__io_reference(rpv__io_record *r, const char *field, const char *reference, char out[RPV_ID_MAX + 1])
{
	size_t prefix = strncmp(reference, "va--", 4) == 0 ? 2 : strncmp(reference, "sca--", 5) == 0 ? 3 : 0;
	const char *rest = reference + prefix + 2, *last = NULL;
	int n;
	if (prefix == 0) {
		n = snprintf(out, RPV_ID_MAX + 1, "%s", reference);
		return n >= 0 && n <= RPV_ID_MAX ? RPV_OK : rpv__io_bad(r, field, "is too long");
	}
	for (const char *at = rest; prefix == 2 && (at = strstr(at, "--")) != NULL; at++)
		last = at;
	if (last == NULL)
		n = snprintf(out, RPV_ID_MAX + 1, "%.*s-_-%s", (int)prefix, reference, rest);
	else
		n = snprintf(out, RPV_ID_MAX + 1, "%.*s-_-%.*s-_-%s", (int)prefix, reference, (int)(last - rest), rest, last + 2);
	return n >= 0 && n <= RPV_ID_MAX ? RPV_OK : rpv__io_bad(r, field, "is too long");
}

rpv_status rpv__io_software_id(rpv__io_record *r, const char *reference, const char *vendor, const char *product,
                               char out[RPV_ID_MAX + 1])
{
	int n;
	if (reference != NULL)
		return rpv__io_reference(r, "recommendationReference", reference, out);
	if (vendor == NULL || product == NULL)
		return rpv__io_bad(r, "recommendationReference", "is required where vendor or product is missing");
	n = snprintf(out, RPV_ID_MAX + 1, "va-_-%s-_-%s", vendor, product);
	return n >= 0 && n <= RPV_ID_MAX ? RPV_OK : rpv__io_bad(r, "recommendationReference", "would be too long");
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t run(const char **at)
{
	size_t n = 0;
	while (**at == '0')
		(*at)++;
	while (digit((*at)[n]))
		n++;
	return n;
}

int rpv__io_version_compare(const char *a, const char *b)
{
	const char *x = a, *y = b;
	while (*x != '\0' && *y != '\0') {
		if (digit(*x) && digit(*y)) {
			size_t n = run(&x), m = run(&y);
			int order = n != m ? (n < m ? -1 : 1) : strncmp(x, y, n);
			if (order != 0)
				return order;
			x += n;
			y += m;
		} else if (*x != *y) {
			return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
		} else {
			x++;
			y++;
		}
	}
	if (*x != *y)
		return *x == '\0' ? -1 : 1;
	return strcmp(a, b);                   /* 1.0 and 1.00 are two texts */
}

rpv_status rpv__io_points(rpv__io_record *r, const char *field, uint32_t *out)
{
	double points = 0;
	rpv_status st = rpv__io_number(r, field, &points);
	if (st == RPV_OK && (points < 0 || points > 10))
		st = rpv__io_bad(r, field, "must be from 0 to 10");
	if (st == RPV_OK)
		*out = points > 0 && points < 1 ? 1 : (uint32_t)lround(points);
	return st;
}

rpv_status rpv__io_count_name(rpv__io_import *import, rpv__io_names *names, const char *text, uint64_t *counter)
{
	uint32_t number;
	rpv_status st = text == NULL ? RPV_OK : rpv__io_name(names, text, &number, import->error);
	*counter = names->count;
	return st;
}
