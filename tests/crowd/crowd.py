#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many processes ingest, file and cancel on one store at once; on PostgreSQL the server is killed and started again in
between. Then everything that was acknowledged must be there, the journal without a gap, and the scores of every process
the same bit for bit, also those of a process that comes later. Ends with 77 (skipped) without a PostgreSQL server.

usage: crowd.py WORKER sqlite|postgres [--processes N] [--seconds S] [--kills K]
"""
import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import in_postgres  # noqa: E402


class Worker:
    def __init__(self, program, db, number, seconds):
        self.number = number
        self.said = collections.Counter()
        self.failures = collections.Counter()
        self.lost, self.sees = [], None
        self.done = threading.Event()
        self.process = subprocess.Popen([program, db, str(number), str(seconds)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            what, _, rest = line.rstrip("\n").partition(" ")
            self.said[what] += 1
            if what == "failed":
                self.failures[rest[:120]] += 1
            elif what == "lost":
                self.lost.append(rest)
            elif what == "sees":
                self.sees = rest.split()
            elif what == "done":
                self.done.set()
        self.done.set()

    def finish(self):
        try:
            _, errors = None, None
            self.process.stdin.write("report\n")
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        errors = self.process.stderr.read()
        code = self.process.wait()
        self.reader.join()
        return code, errors


def run(program, db, processes, seconds, disturb):
    began = time.monotonic()
    workers = [Worker(program, db, number, seconds) for number in range(1, processes + 1)]
    disturb(began)
    for worker in workers:
        worker.done.wait()
    late = Worker(program, db, 0, 0)  # one that has seen nothing before
    late.done.wait()
    problems = []
    for worker in [*workers, late]:
        code, errors = worker.finish()
        problems += [f"worker {worker.number} ended with {code}: {errors}"] if code else []
        problems += [f"worker {worker.number} lost {what}" for what in worker.lost]
    views = {tuple(worker.sees or ()) for worker in [*workers, late]}
    if len(views) != 1:
        problems.append("the processes do not see the same:\n" + "\n".join(map(str, sorted(views))))
    view = list(views)[0]
    if view and view[1] != view[2]:
        problems.append(f"{view[2]} events, but the last one has the number {view[1]}")
    said = sum((worker.said for worker in workers), collections.Counter())
    failures = sum((worker.failures for worker in workers), collections.Counter())
    print(f"{processes} processes, {seconds} s: {said['device']} devices, {said['filed']} filed, "
          f"{said['canceled']} canceled; {said['failed']} calls failed; store at revision {view[0] if view else '?'}, "
          f"{view[1] if view else '?'} events")
    for words, count in failures.most_common(8):
        print(f"  {count} x {words}")
    if said["filed"] < processes or said["device"] < processes:
        problems.append("hardly anything happened")
    print("\n".join(problems) or "nothing lost, no gap, the same bits everywhere")
    return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("worker")
    parser.add_argument("storage", choices=["sqlite", "postgres"])
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--kills", type=int, default=0, help="how often the server is killed and started again")
    options = parser.parse_args()
    if options.storage == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            return run(options.worker, f"{folder}/store.db", options.processes, options.seconds, lambda began: None)
    server = in_postgres.start()

    def disturb(began):
        for number in range(options.kills):
            time.sleep(max(0.0, began + options.seconds * (number + 1) / (options.kills + 1) - time.monotonic()))
            server.kill()
            server.start()

    try:
        return run(options.worker, server.conninfo, options.processes, options.seconds, disturb)
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
