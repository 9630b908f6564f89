/* SPDX-License-Identifier: MIT */
/* Names of status codes. */
#include <reprieve/status.h>

const char *rpv_status_name(rpv_status status)
{
	switch (status) {
	case RPV_STOP: return "RPV_STOP";
	case RPV_OK: return "RPV_OK";
	case RPV_E_INVALID: return "RPV_E_INVALID";
	case RPV_E_NOMEM: return "RPV_E_NOMEM";
	case RPV_E_NOT_FOUND: return "RPV_E_NOT_FOUND";
	case RPV_E_REFUSED: return "RPV_E_REFUSED";
	case RPV_E_DENIED: return "RPV_E_DENIED";
	case RPV_E_LIMIT: return "RPV_E_LIMIT";
	case RPV_E_CLOCK: return "RPV_E_CLOCK";
	case RPV_E_STORAGE: return "RPV_E_STORAGE";
	case RPV_E_FULL: return "RPV_E_FULL";
	case RPV_E_CONFLICT: return "RPV_E_CONFLICT";
	case RPV_E_OUTCOME: return "RPV_E_OUTCOME";
	case RPV_E_BUSY: return "RPV_E_BUSY";
	case RPV_E_CORRUPT: return "RPV_E_CORRUPT";
	case RPV_E_VERSION: return "RPV_E_VERSION";
	case RPV_E_READ_ONLY: return "RPV_E_READ_ONLY";
	}
	return "RPV_E_?";
}
