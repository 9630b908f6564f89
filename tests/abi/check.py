#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the binary interface of shared libraries with the baselines in this folder, or writes the baselines anew.

Any difference fails, also a harmless one: look at it, then run `ninja abi-update` and commit the new baseline together
with its line in CHANGELOG.md; what the Python package has of it is written, too (bindings/python/generate_abi.py).
Libraries without debug information are refused, because nothing of structs is seen there.

usage: check.py check|update SUPPRESSIONS (BASELINE LIBRARY)...
"""
import pathlib
import subprocess
import sys

ABIDW = ["abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--type-id-style", "hash"]


def has_debug_info(library):
    return b".debug_info" in subprocess.run(["readelf", "-S", "-W", library], check=True, capture_output=True).stdout


def main(action, suppressions, *pairs):
    failed = False
    for baseline, library in zip(pairs[::2], pairs[1::2]):
        if not has_debug_info(library):
            print(f"{library}: no debug information, build with -Ddebug=true")
            failed = True
        elif action == "update":
            subprocess.run([*ABIDW, "--suppressions", suppressions, "--out-file", baseline, library], check=True)
            print(f"wrote {baseline}")
        elif not pathlib.Path(baseline).exists():
            print(f"{baseline}: there is no baseline, run `ninja abi-update`")
            failed = True
        else:
            code = subprocess.run(["abidiff", "--harmless", "--suppressions", suppressions, baseline, library]).returncode
            failed = failed or code != 0
    if action == "update" and not failed:
        root = pathlib.Path(__file__).resolve().parents[2]
        subprocess.run([sys.executable, root / "bindings/python/generate_abi.py", "write", root], check=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
