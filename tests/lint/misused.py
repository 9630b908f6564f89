#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every function of the core that can fail is called with wrong arguments in tests/api/test_misuse.c.

usage: misused.py ROOT
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
headers = "\n".join(path.read_text() for path in sorted((root / "include/reprieve").glob("*.h")))
can_fail = set(re.findall(r"RPV_API RPV_MUST_CHECK rpv_status (rpv_\w+)\(", headers))
called = set(re.findall(r"\b(rpv_\w+)\b", (root / "tests/api/test_misuse.c").read_text()))
problems = [f"{name}: not in tests/api/test_misuse.c" for name in sorted(can_fail - called)]
print("\n".join(problems) or f"{len(can_fail)} functions, each called with wrong arguments")
sys.exit(bool(problems))
