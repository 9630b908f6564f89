/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over the files of folders, and over every prefix of small ones: what a fuzzer found once stays an
 * ordinary test.
 * usage: fuzz_X FOLDER... */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LARGEST ((size_t)16 << 20)
#define CUT_BELOW ((size_t)2000)

static int replay(const char *path)
{
	uint8_t *data = malloc(LARGEST);
	FILE *file = fopen(path, "rb");
	size_t size = 0;
	int read = 0;

	if (data && file) {
		size = fread(data, 1, LARGEST, file);
		read = !ferror(file);
	}
	if (read) {
		LLVMFuzzerTestOneInput(data, size);
		for (size_t cut = 0; size < CUT_BELOW && cut < size; cut++)
			LLVMFuzzerTestOneInput(data, cut);
	} else {
		perror(path);
	}
	if (file)
		fclose(file);
	free(data);
	return read;
}

static int replay_folder(const char *folder, int *count)
{
	DIR *files = opendir(folder);
	int good = files != NULL;

	for (struct dirent *file; good && (file = readdir(files)) != NULL;) {
		char path[4096];

		if (file->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
		good = replay(path);
		*count += good;
	}
	if (files)
		closedir(files);
	else
		perror(folder);
	return good;
}

int main(int argc, char **argv)
{
	int good = 1, count = 0;

	for (int i = 1; i < argc; i++)
		good &= replay_folder(argv[i], &count);
	printf("%d inputs\n", count);
	return good && count > 0 ? 0 : 1;
}
