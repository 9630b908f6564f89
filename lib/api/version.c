/* SPDX-License-Identifier: MIT */
/* Version of the library in use. */
#include <reprieve/version.h>

int rpv_version(void)
{
	return RPV_VERSION;
}

const char *rpv_version_text(void)
{
	return RPV_VERSION_TEXT;
}
