#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the symbols of a shared library: exported = version script = declared in the headers, and undefined ones are on
the list of what the component may call.

usage: symbols.py LIBRARY MAP HEADER_FOLDER... [--core]
"""
import pathlib
import re
import subprocess
import sys

# What the core may call: memory, bytes, text formatting into a buffer, numbers, a mutex. No time, files, environment,
# streams, threads.
CORE_MAY_CALL = {
    "malloc", "realloc", "free", "memcpy", "memmove", "memset", "memcmp", "memchr", "strlen", "strcmp", "strncmp",
    "strchr", "strrchr", "strstr", "strspn", "strcspn", "snprintf", "vsnprintf", "strtol", "strtoll", "strtoul", "strtoull",
    "pthread_mutex_init", "pthread_mutex_lock", "pthread_mutex_unlock", "pthread_mutex_destroy",
    "pthread_mutexattr_init", "pthread_mutexattr_settype", "pthread_mutexattr_destroy",
    "__stack_chk_fail", "__assert_fail", "fegetround", "floor", "ceil", "round", "ldexp", "log", "log2", "exp", "exp2",
    "pow", "sqrt", "fmin", "fmax", "lround", "llround",
    "__memcpy_chk", "__memset_chk", "__memmove_chk", "__snprintf_chk", "__vsnprintf_chk",
}
HARMLESS = re.compile(r"^(_ITM_|__gmon_start__|__cxa_finalize|_GLOBAL_OFFSET|_DYNAMIC|__isoc)")


def names(library, *options):
    out = subprocess.run(["nm", "-D", *options, library], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1].split("@")[0] for line in out.splitlines() if line.strip()}


def main(arguments):
    core = "--core" in arguments
    library, script, *folders = [a for a in arguments if a != "--core"]
    problems = []
    text = re.sub(r"/\*.*?\*/", "", pathlib.Path(script).read_text(encoding="utf-8"), flags=re.S)
    mapped = set(re.findall(r"\b(rpv_\w+)\s*;", text))
    exported = {n for n in names(library, "--defined-only") if not n.startswith("REPRIEVE")}
    declared = set()
    for folder in folders:
        for header in pathlib.Path(folder).glob("*.h"):
            body = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
            declared |= set(re.findall(r"RPV_API\b[^;{]*?\b(rpv_\w+)\s*\(", body))
    for left, right, what in ((exported, mapped, "exported but not in the map"),
                              (mapped, exported, "in the map but not exported"),
                              (declared, exported, "declared but not exported"),
                              (exported, declared, "exported but not declared")):
        problems += [f"{name}: {what}" for name in sorted(left - right)]
    if core:
        undefined = {n for n in names(library, "--undefined-only") if not HARMLESS.match(n)}
        problems += [f"{name}: the core must not call this" for name in sorted(undefined - CORE_MAY_CALL)]
    if not exported:
        problems.append("the library exports nothing")
    print("\n".join(problems) or f"{len(exported)} symbols")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
