#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run scenarios against the program: steps at given times on a fresh store, with what must come out.

usage: scenarios.py PROGRAM FILE... [--area AREA]... [--only ID]... [--verbose]

A file is a JSON list of {"id", "area", "title", "steps"}. A step is {"now": T} with one of
  "facts": [object, ...]      written as NDJSON and imported; or the name of a file beside the scenarios
  "run": [argument, ...]      arguments of the program, or one text that a shell would split into them
and any of
  "as": NAME   "global": [argument, ...]   "db": NAME of another store   "stdout_to": NAME of a later "@NAME"
  "files": {NAME: text | object | [object, ...]}   files that "@NAME" in an argument stands for
  "save": {NAME: path}        keeps a value of the output; later "$NAME" or "${NAME}" stands for it. A path is made of
                              field names, list indices and [field=value], joined by dots
  "expect": {"exit": n | [n, ...] (default 0), "stderr_nonempty": bool, "stdout_empty": true,
             "object": fields of the one object on stdout; or of its lines: "count", "ids", "absent": [object, ...],
             "rows": [object, ...], each found by its "id" or the field that "match" names, else anywhere}
Values compare exactly, objects by the fields named, or by one of {"near": x, "tol": y}, "contains", "instant", "set",
"some", "none", "ge", "le", "gt", "lt", "ne", "nonempty", "one_of".
Exit status: 0 all passed, 1 some failed, 77 a file is not there.
"""
import argparse
import datetime
import json
import operator
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


class Mismatch(Exception):
    """What came out is not what was expected."""


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def ordered(compare):
    return lambda got, want: is_number(got) == is_number(want) and got is not None and compare(got, want)


def as_set(values):
    return sorted(json.dumps(value, sort_keys=True) for value in values)


RULES = {
    "near": lambda got, want: is_number(got) and abs(got - want["near"]) <= want.get("tol", 1e-9),
    "contains": lambda got, want: isinstance(got, (str, list)) and want in got,
    "instant": lambda got, want: isinstance(got, str) and moment(got) == moment(want),
    "set": lambda got, want: isinstance(got, list) and as_set(got) == as_set(want),
    "some": lambda got, want: isinstance(got, list) and any(fits(g, want) for g in got),
    "none": lambda got, want: isinstance(got, list) and not any(fits(g, want) for g in got),
    "ge": ordered(operator.ge), "le": ordered(operator.le), "gt": ordered(operator.gt), "lt": ordered(operator.lt),
    "ne": lambda got, want: not fits(got, want),
    "nonempty": lambda got, want: bool(got) is want,
    "one_of": lambda got, want: any(fits(got, w) for w in want),
}


def differences(got, want, at):
    """Yields what is different, as text."""
    if isinstance(want, dict) and want and set(want) <= set(RULES) | {"tol"}:
        for rule in set(want) - {"tol"}:
            if not RULES[rule](got, want if rule == "near" else want[rule]):
                yield f"{at}: {json.dumps(got)[:400]} is not {json.dumps(want)}"
    elif isinstance(want, dict) and isinstance(got, dict):
        for name, value in want.items():
            if name in got:
                yield from differences(got[name], value, f"{at}.{name}")
            else:
                yield f"{at}: there is no field {name}, only {', '.join(got)}"
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for i, (g, w) in enumerate(zip(got, want)):
            yield from differences(g, w, f"{at}[{i}]")
    elif not (got == want and (is_number(got) and is_number(want) or type(got) is type(want))):
        yield f"{at}: {json.dumps(got)[:400]} is not {json.dumps(want)}"


def fits(got, want):
    return next(differences(got, want, ""), None) is None


def must_fit(got, want, at):
    for text in differences(got, want, at):
        raise Mismatch(text)


def fill_in(value, saved):
    """The value with every $NAME replaced."""
    if isinstance(value, dict):
        return {name: fill_in(part, saved) for name, part in value.items()}
    if isinstance(value, list):
        return [fill_in(part, saved) for part in value]
    if isinstance(value, str):
        if re.fullmatch(r"\$\w+", value):
            return saved[value[1:]]
        return re.sub(r"\$\{(\w+)\}", lambda name: str(saved[name[1]]), value)
    return value


def take(document, path):
    for part in re.findall(r"\[[^]]*\]|[^.\[\]]+", path):
        if part[0] == "[":
            field, value = part[1:-1].split("=", 1)
            document = next(row for row in document if str(row[field]) == value)
        else:
            document = document[int(part) if isinstance(document, list) else part]
    return document


def parse_lines(text):
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise Mismatch(f"standard output is not JSON, {error}: {text[:300]!r}")


def check_rows(rows, expect):
    if "count" in expect:
        must_fit(len(rows), expect["count"], "count")
    if "ids" in expect:
        must_fit([row.get("id") for row in rows], expect["ids"], "ids")
    for want in expect.get("rows", []):
        key = expect.get("match", "id")
        if isinstance(want.get(key), (str, int)):
            found = [row for row in rows if row.get(key) == want[key]]
            if len(found) != 1:
                raise Mismatch(f"{len(found)} rows have {key} {want[key]!r}: {json.dumps(rows)[:600]}")
            must_fit(found[0], want, str(want[key]))
        elif not any(fits(row, want) for row in rows):
            raise Mismatch(f"no row is like {json.dumps(want)}: {json.dumps(rows)[:600]}")
    for unwanted in expect.get("absent", []):
        for row in rows:
            if fits(row, unwanted):
                raise Mismatch(f"this row should not be there: {json.dumps(row)[:400]}")


def check(expect, done):
    """Compares what a step did; returns what it printed, as JSON when it was compared as JSON."""
    exits = expect.get("exit", 0)
    if done.returncode not in (exits if isinstance(exits, list) else [exits]):
        raise Mismatch(f"exit status {done.returncode}, not {exits}; standard error: {done.stderr.strip()[:600]!r}")
    if "stderr_nonempty" in expect and bool(done.stderr.strip()) != expect["stderr_nonempty"]:
        raise Mismatch(f"standard error: {done.stderr[:300]!r}")
    if expect.get("stdout_empty") and done.stdout.strip():
        raise Mismatch(f"standard output: {done.stdout[:300]!r}")
    if "object" in expect:
        rows = parse_lines(done.stdout)
        if len(rows) != 1:
            raise Mismatch(f"{len(rows)} lines instead of one object")
        must_fit(rows[0], expect["object"], "object")
    if {"rows", "absent", "count", "ids"} & set(expect):
        check_rows(parse_lines(done.stdout), expect)


def write_file(path, content):
    if isinstance(content, list):
        content = "".join(json.dumps(row) + "\n" for row in content)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def run_step(program, step, folder, beside, saved, verbose):
    files = dict(step.get("files", {}))
    arguments = step.get("run", ["import", "@facts"])
    if isinstance(arguments, str):
        arguments = shlex.split(arguments)
    if "facts" in step:
        facts = step["facts"]
        files["facts"] = (beside / facts).read_text(encoding="utf-8") if isinstance(facts, str) else facts
    for name, content in files.items():
        write_file(folder / name, fill_in(content, saved))
    arguments = [str(fill_in(argument, saved)) for argument in arguments]
    arguments = [str(folder / a[1:]) if a.startswith("@") and (folder / a[1:]).exists() else a for a in arguments]
    command = [*program, "--db", str(folder / step.get("db", "store.db")), "--now", step["now"],
               *(["--as", step["as"]] if "as" in step else []), *fill_in(step.get("global", []), saved), *arguments]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, encoding="utf-8",
                          errors="replace")
    if verbose:
        print(f"  $ {shlex.join(command[len(program):])}\n{done.stdout}{done.stderr}", end="")
    if "stdout_to" in step:
        write_file(folder / step["stdout_to"], done.stdout)
    check(fill_in(step.get("expect", {}), saved), done)
    for name, path in step.get("save", {}).items():
        rows = parse_lines(done.stdout)
        saved[name] = take(rows if path[0] in "[0123456789" else rows[0], path)


def run_scenario(program, scenario, beside, verbose):
    """None, or what went wrong."""
    saved = {}
    with tempfile.TemporaryDirectory(prefix="reprieve-") as folder:
        for number, step in enumerate(scenario["steps"], 1):
            try:
                run_step(program, step, pathlib.Path(folder), beside, saved, verbose)
            except (Mismatch, subprocess.TimeoutExpired, LookupError, StopIteration, ValueError, TypeError) as error:
                what = step.get("run", "facts")
                return f"step {number} at {step['now']}, {what}:\n    {type(error).__name__}: {error}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--area", action="append")
    parser.add_argument("--only", action="append")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    failed = run = 0
    for path in options.files:
        if not path.exists():
            print(f"{path} is not there")
            return 77
        for scenario in json.loads(path.read_text(encoding="utf-8")):
            if options.area or options.only:
                if scenario["area"] not in (options.area or []) and scenario["id"] not in (options.only or []):
                    continue
            problem = run_scenario(shlex.split(options.program), scenario, path.parent, options.verbose)
            run += 1
            failed += problem is not None
            print(f"{'FAIL' if problem else 'ok  '} {scenario['id']:8} {scenario['title']}", flush=True)
            if problem:
                print(f"  {problem}", flush=True)
    print(f"{run - failed} of {run} passed")
    return 1 if failed or run == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
