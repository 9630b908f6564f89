#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every function of the core that can fail for want of memory or storage has a scene among the faults.

usage: covered.py ROOT
"""
import pathlib
import re
import sys

# They neither take memory nor ask a storage; and one that only waits.
WITHOUT = {"rpv_time_parse", "rpv_time_format", "rpv_duration_parse", "rpv_cvss_score", "rpv_word_value", "rpv_store_wait",
           "rpv_partial_score", "rpv_partial_read_info", "rpv_partial_impact_at",
           "rpv_score_engine_model", "rpv_exposure_model_digest"}

root = pathlib.Path(sys.argv[1])
headers = "\n".join(path.read_text() for path in sorted((root / "include/reprieve").glob("*.h")))
can_fail = set(re.findall(r"RPV_API RPV_MUST_CHECK rpv_status (rpv_\w+)\(", headers))
played = set(re.findall(r'\{ "(rpv_\w+)",', (root / "tests/faults/scenes.c").read_text()))
problems = [f"{name}: no scene in tests/faults/scenes.c" for name in sorted(can_fail - played - WITHOUT)]
problems += [f"{name}: not in the headers" for name in sorted((played | WITHOUT) - can_fail)]
print("\n".join(problems) or f"{len(can_fail - WITHOUT)} functions, each with a scene")
sys.exit(bool(problems))
