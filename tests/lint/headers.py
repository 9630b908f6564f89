#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles every public header by itself as C99 and as C++11, with -pedantic and warnings as errors.

usage: headers.py INCLUDE_FOLDER
"""
import pathlib
import subprocess
import sys

COMPILERS = (["gcc", "-x", "c", "-std=c99"], ["g++", "-x", "c++", "-std=c++11"])
NEEDS_NEWER = {"system-clock.h": (["gcc", "-x", "c", "-std=c11"], ["g++", "-x", "c++", "-std=c++17"])}


def main(folder):
    folder = pathlib.Path(folder)
    headers = sorted(folder.rglob("*.h"))
    failed = 0
    for header in headers:
        for compiler in NEEDS_NEWER.get(header.name, COMPILERS):
            source = f"#include <{header.relative_to(folder).as_posix()}>\nint main(void) {{ return 0; }}\n"
            run = subprocess.run([*compiler, "-pedantic", "-Wall", "-Wextra", "-Wshadow", "-Werror", "-fsyntax-only",
                                  f"-I{folder}", "-"], input=source, capture_output=True, text=True)
            if run.returncode:
                failed += 1
                print(f"{header} with {' '.join(compiler)}:\n{run.stderr}")
    print(f"{len(headers)} headers, {failed} failures")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
