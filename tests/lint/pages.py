#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the pages in docs/ leave nothing out: every key kind in format.md, every command, option and JSON field of
the program in program.md, every status in errors.md, every import format in import.md, every list in cards.md.

usage: pages.py ROOT
"""
import pathlib
import re
import sys


def read(root, *patterns):
    return "\n".join(p.read_text(encoding="utf-8") for pattern in patterns for p in sorted(root.glob(pattern)))


def missing(page, things, text, problems):
    for thing in sorted(set(things)):
        if not re.search(rf"(?<![\w-])`?{re.escape(thing)}(?![\w-])", text):
            problems.append(f"docs/{page}: {thing} does not occur")
    return len(set(things))


def main(root):
    root = pathlib.Path(root)
    problems, count = [], 0
    page = {p.name: p.read_text(encoding="utf-8") for p in (root / "docs").glob("*.md")}

    keys = re.findall(r"RPV__K_\w+ = '(\w)'", read(root, "lib/codec/keys.h"))
    for letter in keys:
        count += 1
        if not re.search(rf"^\| `{letter}`", page["format.md"], re.M):
            problems.append(f"docs/format.md: no row for keys of kind {letter}")

    program = read(root, "examples/reprieve/*.c")
    count += missing("program.md", re.findall(r'\{ OPTION_\w+, "(--[\w-]+)"', program), page["program.md"], problems)
    fields = re.findall(r'\bjson_object_set_new\([\w()]+, "(\w+)"', program)
    count += missing("program.md", [f"`{f}`" for f in fields], page["program.md"], problems)
    for command in re.findall(r'^\t\{ "(\w+)", "', program, re.M):
        count += 1
        if not re.search(rf"^#+ .*\b{command}\b", page["program.md"], re.M):
            problems.append(f"docs/program.md: no heading for {command}")

    statuses = re.findall(r"^\t(RPV_(?:E_\w+|OK|STOP)) =", read(root, "include/reprieve/status.h"), re.M)
    count += missing("errors.md", statuses, page["errors.md"], problems)
    formats = re.findall(r'RPV_FORMAT_(?!DETECT)(\w+) =', read(root, "include/reprieve-interop/reprieve-interop.h"))
    count += missing("import.md", [f.lower().replace("_", "-") for f in formats], page["import.md"], problems)
    native = re.findall(r'rpv__io_put_\w+\(out, "(\w+)"', read(root, "lib/interop/export*.c"))
    native += re.findall(r'\{ "(\w+)", (?:TEXTS?|WORD|FLAG|TIME), ', read(root, "lib/interop/native_facts.c"))
    count += missing("import.md", [f"`{f}`" for f in native], page["import.md"], problems)
    lists = re.findall(r"RPV_API[^;(]*\b(rpv_\w+_list)\(", read(root, "include/reprieve/*.h"))
    count += missing("cards.md", lists, page["cards.md"], problems)

    print("\n".join(problems) or f"{count} things, all on their pages")
    return 1 if problems or not keys else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
