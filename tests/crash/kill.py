#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kills a process with SIGKILL again and again while it upgrades a SQLite store, ingests, files, cancels, renews and ticks,
and checks after each kill, in a new process, that all it was told to be done is there, that of what was under way all or
nothing is there (of an upgrade, a part), that the journal has no gap, and that the file is sound. A store lives through
several kills; before every seventh its sums are taken off, so that it is one of format 1.

usage: kill.py WORKER [--kills N] [--lives N] [--seed N]
"""
import argparse
import collections
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from kill_upgrade import without_sums


def kill_once(worker, path, seed, chance):
    """What it said until it was killed. Some die while they open the store, most at work."""
    process = subprocess.Popen([worker, "work", path, str(seed)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    early = chance.random() < 0.15
    said = b"" if early else process.stdout.readline()
    time.sleep(chance.random() * (0.01 if early else 0.12))
    alive = process.poll() is None
    process.kill()
    rest, errors = process.communicate()
    if not alive:
        raise SystemExit(f"seed {seed}: the process ended by itself: {errors.decode()}")
    lines = (said + rest).decode().splitlines(keepends=True)
    return [line for line in lines if line.endswith("\n")]


def verify(worker, path, told):
    return subprocess.run([worker, "verify", str(path)], input="".join(told), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("worker")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--lives", type=int, default=10, help="kills of one store")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    began, figures = time.monotonic(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for kill in range(options.kills):
            if kill % options.lives == 0:
                path, told = pathlib.Path(folder) / f"{kill}.db", []
            if kill % options.lives % 7 == 2:
                without_sums(path)
            said = kill_once(options.worker, str(path), options.seed * 1000003 + kill, chance)
            told += said
            for line in said:
                figures[line.split()[3] if line.startswith("did") else line.split()[0]] += 1
            figures["upgrades killed"] += said[-1:] == ["try upgraded -\n"]
            # A try of an earlier life that came through has moved the store on: what counts is the last life's word.
            check = verify(options.worker, path, told)
            if check.returncode:
                print(f"after kill {kill + 1}, seed {options.seed}:\n{check.stdout}{check.stderr}")
                return 1
            word, revision, sequence = check.stdout.split()[-3:]
            figures[word] += 1
            told.append(f"did {revision} {sequence} seen -\n")
        for forged in ("device pc-999999", "filed E-999999", "canceled E-999999"):  # else this would prove nothing
            if verify(options.worker, path, [*told, f"did {revision} {sequence} {forged}\n"]).returncode == 0:
                print(f"that {forged} is not there was not noticed")
                return 1
        other = [f"anchor {line.split()[1][:-2]}{'00' if line.split()[1][-2:] != '00' else '11'}\n" for line in told
                 if line.startswith("anchor")]
        if other and verify(options.worker, path, [*told, other[-1]]).returncode == 0:
            print("that the journal does not lead to an anchor was not noticed")
            return 1
    done = {what: figures[what] for what in ("device", "filed", "canceled", "renewed", "ticked", "anchor", "upgraded")}
    print(f"{options.kills} kills in {time.monotonic() - began:.0f} s; acknowledged: " +
          ", ".join(f"{count} {what}" for what, count in done.items()) +
          f"; {figures['upgrades killed']} upgrades killed; {figures['came-through']} calls under way came through "
          "unacknowledged; nothing lost, no gap, all files sound")
    return 0 if done["device"] and done["filed"] and done["upgraded"] + figures["upgrades killed"] else 1


if __name__ == "__main__":
    sys.exit(main())
