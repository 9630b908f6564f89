/* SPDX-License-Identifier: MIT */
/* Gathering what belongs to one device. */
#include "gather.h"
#include <stdlib.h>
#include <string.h>

void *rpv__io_rows(void *rows, size_t *cap, uint32_t n, size_t size)
{
	size_t wanted = *cap == 0 ? 64 : *cap;
	void *larger;
	while (wanted <= n)
		wanted *= 2;
	if (wanted == *cap)
		return rows;
	larger = realloc(rows, wanted * size);
	if (larger == NULL)
		return NULL;
	memset((char *)larger + *cap * size, 0, (wanted - *cap) * size);
	*cap = wanted;
	return larger;
}

rpv_status rpv__io_input_changed(rpv__io_import *import)
{
	return rpv__io_fail(import->error, RPV_E_INVALID, NULL, "the input changed while it was being read");
}

rpv_status rpv__io_gather_note(rpv__io_import *import, rpv__io_gather *g, const char *device)
{
	rpv__io_gathered *rows;
	uint32_t n;
	rpv_status st = rpv__io_name(&g->devices, device, &n, import->error);
	if (st != RPV_OK)
		return st;
	rows = rpv__io_rows(g->rows, &g->cap, n, sizeof(*rows));
	if (rows == NULL)
		return rpv__io_nomem(import->error);
	g->rows = rows;
	rows[n].left++;
	return RPV_OK;
}

rpv_status rpv__io_gather_admit(rpv__io_import *import, rpv__io_gather *g, const char *device, rpv__io_gathered **out)
{
	uint32_t n = rpv__io_name_find(&g->devices, device);
	rpv__io_gathered *row = n != RPV__IO_NO_NAME && n < g->cap ? &g->rows[n] : NULL;
	*out = NULL;
	if (row == NULL || row->left == 0)
		return row != NULL && row->done ? RPV_OK : rpv__io_input_changed(import);
	if (row->postponed == import->pass)
		return RPV_OK;
	if (row->open == NULL && g->open > 0 && g->held >= import->options.memory) {
		row->postponed = import->pass;
		g->waiting++;
		return RPV_OK;
	}
	if (row->open == NULL)
		g->open++;
	*out = row;
	return RPV_OK;
}

rpv__io_unit *rpv__io_gather_taken(rpv__io_gather *g, rpv__io_gathered *row)
{
	rpv__io_unit *unit = row->open;
	if (--row->left > 0)
		return NULL;
	row->open = NULL;
	row->done = true;
	g->open--;
	return unit;
}

rpv_status rpv__io_gather_more(rpv__io_import *import, rpv__io_gather *g, bool *more)
{
	*more = g->waiting > 0;
	g->waiting = 0;
	return g->open == 0 ? RPV_OK : rpv__io_input_changed(import);
}

void rpv__io_gather_free(rpv__io_gather *g)
{
	for (uint32_t i = 0; i < g->devices.count && i < g->cap; i++)
		if (g->rows[i].open != NULL)
			g->rows[i].open->kind->free(g->rows[i].open);
	free(g->rows);
	rpv__io_names_free(&g->devices);
}
