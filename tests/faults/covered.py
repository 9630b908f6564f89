#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every function of the core that can fail for want of memory or storage, and every one of the interop library, has a scene
among the faults.

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


def scenes(name):
    return set(re.findall(r'\{ "(rpv_\w+)",', (root / "tests/faults" / name).read_text()))


played = scenes("scenes.c")
problems = [f"{name}: no scene in tests/faults/scenes.c" for name in sorted(can_fail - played - WITHOUT)]
problems += [f"{name}: not in the headers" for name in sorted((played | WITHOUT) - can_fail)]
exported = set(re.findall(r"^\t(rpv_\w+);", (root / "lib/interop/libreprieve-interop.map").read_text(), re.M))
problems += [f"{name}: no scene in tests/faults/scenes_interop.c" for name in sorted(exported - scenes("scenes_interop.c"))]
print("\n".join(problems) or f"{len(can_fail - WITHOUT) + len(exported)} functions, each with a scene")
sys.exit(bool(problems))
