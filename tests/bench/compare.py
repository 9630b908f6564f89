#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Passes over one fleet by the library, SQLite and DuckDB, on the same data in one run: medians of interleaved rounds.

usage: compare.py BENCH_PASSES [--duckdb FOLDER] [--sqlite] [--devices N] [--memberships N] [--recommendations N]
                  [--kind uniform|skewed|images] [--rounds N] [--json FILE] [--plot FILE]

FOLDER is the one that `@duckdb/node-api` was installed into; without it, or without node, DuckDB stays away and the report
says so. All contestants work out the same three views with the same multipliers and weights; their results are compared
(within 1e-9 points) in every round, and the run fails when they differ. Each work is done three times, and the last time
counts: its memory is near then, and what the allocator gets from the system has settled. Prints one line of JSON (machine,
versions, medians, ratios) and a table. One thread is measured in processor time, two in time by the clock.
--plot draws cost against size instead, from fleets of 10 000 to --devices devices with 10, 100 and 300 memberships each.
"""
import argparse
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OWN = ['stream', 'gather', 'gather 2', 'score', 'score 2', 'impacts', 'impacts 2', 'impacts_no_avx2', 'impacts_integers']
SQLITE = ['sqlite_score', 'sqlite_impacts']
DUCKDB = ['score 1', 'score 2', 'impacts 1', 'impacts 2', 'impacts_each 1']
# work, what it is compared with, the ratio to reach (at least, or at most where negative)
GOALS = [('score', 'gather', -2), ('score', 'stream', None), ('score 2', 'gather 2', None), ('duckdb score 1', 'score', 20),
         ('duckdb impacts 1', 'impacts', 15), ('duckdb impacts 1', 'impacts_no_avx2', 8), ('duckdb score 2', 'score 2', 20),
         ('duckdb impacts 2', 'impacts 2', 15), ('sqlite_score', 'score', None), ('sqlite_impacts', 'impacts', None)]
TOLERANCE = 1e-9
TIMES = 3
LARGEST = 100_000_000
PLOTTED = ['gather', 'score', 'impacts', 'duckdb score 1', 'duckdb impacts 1']


class Contestant:
    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self.line())

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f'{self.name} ended with status {self.process.wait()}')
        return line

    def work(self, name):
        """Seconds by the clock, seconds of the processor, points."""
        self.process.stdin.write(name + '\n')
        self.process.stdin.flush()
        numbers = [float(number) for number in self.line().split()]
        return numbers[0], numbers[1], numbers[2:]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def duckdb_or_reason(options):
    """Why DuckDB stays away; None when it takes part."""
    if not options.duckdb:
        return 'not asked for'
    if not shutil.which('node'):
        return 'there is no node'
    if not os.path.isdir(os.path.join(options.duckdb, 'node_modules', '@duckdb', 'node-api')):
        return f'it is not installed in {options.duckdb}: `meson compile -C build bench-duckdb`'
    return None


def agree(known, name, points):
    """Compares with the first contestant that did the same kind of work."""
    kind = 'impacts' if 'impacts' in name else 'score' if 'score' in name else None
    if kind is None:
        return
    first = known.setdefault(kind, (name, points))
    if len(first[1]) != len(points):
        sys.exit(f'{name} gives {len(points)} numbers, {first[0]} {len(first[1])}')
    for i, (a, b) in enumerate(zip(first[1], points)):
        if not abs(a - b) <= TOLERANCE:
            sys.exit(f'{name} gives {b!r} as number {i}, {first[0]} {a!r}')


def measure(options, devices, memberships, only=None):
    """Medians by work, what the contestants say of themselves, and how many numbers were compared."""
    away = duckdb_or_reason(options)
    if away is None and devices * memberships > LARGEST:
        away = f'it takes too long to load more than {LARGEST} memberships'
    times, known, contestants = {}, {}, []
    with tempfile.TemporaryDirectory() as folder:
        size = [str(devices), str(memberships), str(options.recommendations), options.kind]
        own = Contestant('bench_passes', [options.bench, *size] + ([f'to={folder}'] if away is None else []) +
                         (['sqlite'] if options.sqlite else []))
        contestants += [(own, work, work) for work in OWN + (SQLITE if options.sqlite else [])]
        about = dict(own.about)
        if away is None:
            duckdb = Contestant('DuckDB', ['node', os.path.join(HERE, 'duckdb.mjs'), options.duckdb, folder])
            contestants += [(duckdb, work, 'duckdb ' + work) for work in DUCKDB]
            about.update(duckdb.about)
        for _ in range(options.rounds):
            for contestant, work, name in contestants:
                if only and name not in only:
                    continue
                for _ in range(TIMES):
                    wall, used, points = contestant.work(work)
                agree(known, name, points)
                times.setdefault(name, []).append(wall if name.endswith(' 2') else used)
        for contestant in {id(c): c for c, _, _ in contestants}.values():
            contestant.close()
    about['duckdb_away'] = away
    about['compared'] = sum(len(points) for _, points in known.values())
    about['least'] = {name: min(seconds) for name, seconds in times.items()}
    return {name: statistics.median(seconds) for name, seconds in times.items()}, about


def processor():
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as lines:
            return next(line.split(':', 1)[1].strip() for line in lines if line.startswith('model name'))
    except (OSError, StopIteration):
        return platform.processor()


def best_of_duckdb(medians):
    """The faster statement for the impacts stands for DuckDB."""
    each = medians.pop('duckdb impacts_each 1', None)
    if each is not None:
        medians['duckdb impacts 1'] = min(each, medians['duckdb impacts 1'])


def report(options, medians, about):
    ratios = [(work, against, medians[work] / medians[against], goal) for work, against, goal in GOALS
              if work in medians and against in medians]
    print(json.dumps({**about, 'machine': processor(), 'cores': os.cpu_count(), 'system': platform.platform(),
                      'sqlite': sqlite3.sqlite_version if options.sqlite else None, 'rounds': options.rounds,
                      'seconds': medians,
                      'ratios': {f'{work} / {against}': round(ratio, 2) for work, against, ratio, _ in ratios}}))
    print(f'\n{"":20} {"ms":>12} {"ns a membership":>16} {"the least, ms":>14}')
    for name, seconds in medians.items():
        print(f'{name:20} {seconds * 1e3:12.3f} {seconds * 1e9 / about["memberships"]:16.2f} '
              f'{about["least"][name] * 1e3:14.3f}')
    print()
    for work, against, ratio, goal in ratios:
        wanted = '' if goal is None else f'at most {-goal}' if goal < 0 else f'at least {goal}'
        print(f'{work + " / " + against:40} {ratio:10.2f} {wanted}')
    if about['duckdb_away']:
        print(f'DuckDB did not take part: {about["duckdb_away"]}')


def plot(options):
    import matplotlib
    matplotlib.use('Agg')
    matplotlib.rcParams.update({'svg.fonttype': 'none', 'svg.hashsalt': 'reprieve'})  # texts and names stay what they are
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 5.4), sharey=True)
    sizes = [size for size in (10_000, 100_000, 1_000_000) if size <= options.devices]
    points = []
    for memberships, mark in ((10, 'o'), (100, 's'), (300, '^')):
        found = {}
        for devices in sizes:
            medians, about = measure(options, devices, memberships, PLOTTED)
            points.append({**about, 'seconds': medians})
            for name, seconds in medians.items():
                found.setdefault(name, []).append(seconds * 1e3)
        for axis, names in ((axes[0], ('gather', 'score', 'duckdb score 1')), (axes[1], ('impacts', 'duckdb impacts 1'))):
            for name, colour in zip(names, ('tab:gray', 'tab:blue', 'tab:orange') if axis is axes[0] else
                                    ('tab:blue', 'tab:orange')):
                if name in found:
                    axis.loglog(sizes[:len(found[name])], found[name], marker=mark, color=colour,
                                label=f'{name}, {memberships} each')
    for axis, title in ((axes[0], 'scores, three views'), (axes[1], 'impacts of all, three views')):
        axis.set(title=title, xlabel='devices', xticks=sizes, xticklabels=[f'{size:,}'.replace(',', ' ') for size in sizes])
        axis.minorticks_off()
        axis.grid(True, alpha=0.3)
        axis.legend(fontsize=7, loc='upper center', bbox_to_anchor=(0.5, -0.16), ncol=2)
    axes[0].set_ylabel('ms, one thread')
    figure.tight_layout()
    figure.savefig(options.plot, metadata={'Date': None} if options.plot.endswith('.svg') else None)
    return points


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('bench')
    parser.add_argument('--duckdb', help='folder that @duckdb/node-api was installed into')
    parser.add_argument('--sqlite', action='store_true')
    parser.add_argument('--devices', type=int, default=2000)
    parser.add_argument('--memberships', type=int, default=100)
    parser.add_argument('--recommendations', type=int, default=1000)
    parser.add_argument('--kind', choices=['uniform', 'skewed', 'images'], default='uniform')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--json', help='writes all that was measured into a file as well')
    parser.add_argument('--plot', help='a file: draws cost against size')
    options = parser.parse_args()
    if options.plot:
        found = plot(options)
    else:
        medians, about = measure(options, options.devices, options.memberships)
        best_of_duckdb(medians)
        report(options, medians, about)
        found = {**about, 'seconds': medians}
    if options.json:
        with open(options.json, 'w', encoding='utf-8') as out:
            json.dump(found, out, indent='\t')
            out.write('\n')


if __name__ == '__main__':
    main()
