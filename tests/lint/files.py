#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the shape of source files: licence line, length, characters, names.

usage: files.py ROOT
"""
import pathlib
import re
import sys

LONGEST = 800
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|gets|strtok|setlocale|getenv|time|clock|rand|printf|fopen|exit)\s*\(")


def main(root):
    root = pathlib.Path(root)
    problems, lengths = [], []
    for folder in ("include", "lib", "examples", "tests", "bindings"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".c", ".h", ".py", ".map") or "data" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            lines = text.splitlines()
            head = "\n".join(lines[:3])
            if "SPDX-License-Identifier: MIT" not in head:
                problems.append(f"{path}: no licence line")
            generated = "Written by generate_abi.py: do not edit" in head  # a test holds it against what is written
            if len(lines) > LONGEST and not generated and not path.stem.endswith(("tables", "table")):
                problems.append(f"{path}: {len(lines)} lines, split it (at most {LONGEST})")
            if path.suffix == ".c" and folder == "lib":
                lengths.append(len(lines))
            for number, line in enumerate(lines, 1):
                if len(line.expandtabs(4)) > 125:
                    problems.append(f"{path}:{number}: {len(line.expandtabs(4))} columns")
                if line != line.rstrip():
                    problems.append(f"{path}:{number}: blanks at the end")
                if path.suffix in (".c", ".h") and re.match(r" {2,}\S", line) and not line.startswith("  *"):
                    pass  # continuation lines may be aligned with blanks
                if folder == "lib" and path.relative_to(root).parts[1] not in ("sqlite", "interop", "testkit", "postgres"):
                    code = re.sub(r'/\*.*?\*/|"(\\.|[^"\\])*"|^\s*\*.*', "", line)
                    if BANNED.search(code):
                        problems.append(f"{path}:{number}: a call that the core must not make")
    lengths.sort()
    median = lengths[len(lengths) // 2] if lengths else 0
    print("\n".join(problems) or f"{len(lengths)} files of code, median {median} lines, longest {max(lengths, default=0)}")
    return 1 if problems or not lengths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
