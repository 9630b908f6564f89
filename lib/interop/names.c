/* SPDX-License-Identifier: MIT */
/* Texts by number. A crit-bit tree: no input can make it slow, and it needs no seed. */
#include "io.h"
#include <stdlib.h>
#include <string.h>

/* A fork tells texts apart by one bit. Children with the top bit set are forks, others are numbers of texts. */
struct rpv__io_fork { uint32_t child[2], byte; uint8_t mask; };

#define FORK 0x80000000u

static int side(const struct rpv__io_fork *fork, const char *text, size_t length)
{
	return fork->byte < length && ((unsigned char)text[fork->byte] & fork->mask) != 0;
}

static uint32_t nearest(const rpv__io_names *names, const char *text, size_t length)
{
	uint32_t at = names->root;
	while (at & FORK) {
		const struct rpv__io_fork *fork = &names->forks[at & ~FORK];
		at = fork->child[side(fork, text, length)];
	}
	return at;
}

uint32_t rpv__io_name_find(const rpv__io_names *names, const char *text)
{
	uint32_t at;
	if (names->count == 0)
		return RPV__IO_NO_NAME;
	at = nearest(names, text, strlen(text));
	return strcmp(names->text[at], text) == 0 ? at : RPV__IO_NO_NAME;
}

static bool grow(rpv__io_names *names)
{
	uint32_t cap = names->cap == 0 ? 64 : names->cap * 2;
	char **text = cap < FORK ? realloc(names->text, cap * sizeof(*text)) : NULL;
	struct rpv__io_fork *forks;
	if (text == NULL)
		return false;
	names->text = text;
	forks = realloc(names->forks, cap * sizeof(*forks));
	if (forks == NULL)
		return false;
	names->forks = forks;
	names->cap = cap;
	return true;
}

/* Puts a fork for the first bit in which `text` differs from the text `near`. */
static void insert(rpv__io_names *names, const char *text, size_t length, uint32_t near)
{
	const char *other = names->text[near];
	uint32_t byte = 0, *at = &names->root, number = names->count - 1;
	struct rpv__io_fork *fork = &names->forks[number - 1];
	unsigned difference, mask = 0x80;
	while (text[byte] == other[byte])
		byte++;
	difference = (unsigned char)text[byte] ^ (unsigned char)other[byte];
	while ((difference & mask) == 0)
		mask >>= 1;
	fork->byte = byte;
	fork->mask = (uint8_t)mask;
	while (*at & FORK) {
		struct rpv__io_fork *above = &names->forks[*at & ~FORK];
		if (above->byte > byte || (above->byte == byte && above->mask < mask))
			break;
		at = &above->child[side(above, text, length)];
	}
	fork->child[side(fork, text, length)] = number;
	fork->child[!side(fork, text, length)] = *at;
	*at = (number - 1) | FORK;
}

rpv_status rpv__io_name(rpv__io_names *names, const char *text, uint32_t *out, rpv_import_error *error)
{
	size_t length = strlen(text);
	uint32_t near = 0;
	char *own;
	if (names->count > 0) {
		near = nearest(names, text, length);
		if (strcmp(names->text[near], text) == 0) {
			*out = near;
			return RPV_OK;
		}
	}
	if (names->count == names->cap && !grow(names))
		return rpv__io_nomem(error);
	own = malloc(length + 1);
	if (own == NULL)
		return rpv__io_nomem(error);
	memcpy(own, text, length + 1);
	names->text[names->count] = own;
	*out = names->count++;
	names->bytes += length + 1 + sizeof(*names->text) + sizeof(*names->forks);
	if (*out == 0)
		names->root = 0;
	else
		insert(names, own, length, near);
	return RPV_OK;
}

void rpv__io_names_free(rpv__io_names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		free(names->text[i]);
	free(names->text);
	free(names->forks);
	memset(names, 0, sizeof(*names));
}
