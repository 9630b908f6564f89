#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare the arithmetic of scores with the formulas in 50 digits, on random and extreme arguments.

usage: arith-check.py ARITH_CLI [--seed N] [--count N]

ARITH_CLI is the program built from tests/unit/arith_cli.c. Prints the largest errors found; exit status 1 when one is
above what the headers in lib/score promise or 1e-9 points.
"""
import argparse
import decimal
import math
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

decimal.getcontext().prec = 50
LN2 = Decimal(2).ln()
POINT = 2**44
BASE = {1: "0.003", 2: "0.001", 3: "0.003", 4: "0.010", 5: "0.030"}
CONSEQUENCE = {1: "0.5", 2: "0.25", 3: "0.5", 4: "0.8", 5: "1.0"}
EXPLOIT = {1: "0", 2: "0.05", 3: "0.20", 4: "0.40"}
UNKNOWN = 2**32 - 1


class Program:
    def __init__(self, path):
        self.path = path

    def ask(self, requests):
        """Answers to all requests that have one, as lists of words."""
        done = subprocess.run([self.path], input="".join(r + "\n" for r in requests),
                              capture_output=True, text=True, check=True)
        return [line.split() for line in done.stdout.splitlines()]

    def numbers(self, requests):
        return [int(a[0]) for a in self.ask(requests)]


def likelihood(epss, severity, exploit, known_exploited, alert):
    base = Decimal(BASE[severity]) if epss is None else epss
    floors = [Decimal(EXPLOIT[exploit])] + [Decimal("0.90")] * known_exploited + [Decimal("0.99")] * alert
    return min(max(base, *floors), Decimal("0.99"))


def hazard_error(program, rng, count):
    """Largest |h - 2^52 * -log2(1 - q)| in units, over q spread over all sizes."""
    edges = [2**64 - 1, 2**63, 2**63 - 1, 2**63 + 1, 1, 2, 3]
    edges += [2**64 - (128 + i) * 2**56 + d for i in range(128) for d in (-1, 0, 1)]
    qs = edges + [rng.getrandbits(rng.randint(1, 64)) | 1 for _ in range(count)]
    qs += [rng.getrandbits(64) for _ in range(count)]
    worst = Decimal(0)
    for q, h in zip(qs, program.numbers([f"hazard {q}" for q in qs])):
        exact = -(1 - Decimal(q) / 2**64).ln() / LN2 * 2**52
        worst = max(worst, abs(h - exact))
    return worst


def survival_error(program, rng, count):
    """Largest |S - 2^40 * 2^-L| in units."""
    bit = 2**52
    ls = [i * bit + d for i in range(1, 41) for d in (-1, 0, 1)] + [0, 1, 41 * bit - 1, 41 * bit, 2**64 - 1]
    ls += [rng.randrange(41 * bit) for _ in range(count)] + [rng.getrandbits(rng.randint(1, 57)) for _ in range(count)]
    worst = Decimal(0)
    for l, s in zip(ls, program.numbers([f"survival {l}" for l in ls])):
        exact = (-LN2 * Decimal(l) / bit).exp() * 2**40
        worst = max(worst, abs(s - exact))
    return worst


def check_likelihoods(program, rng, count):
    """p and q must be exact."""
    cases = [(rng.choice([None, Decimal(rng.randint(0, 10**9)) / 10**9, Decimal(rng.randint(0, 99999)) / 10**5]),
              rng.randint(1, 5), rng.randint(1, 4), rng.randint(0, 1), rng.randint(0, 1)) for _ in range(count)]
    asked = [f"likelihood {UNKNOWN if e is None else int(e * 10**9)} {s} {x} {k} {a}" for e, s, x, k, a in cases]
    ps = program.numbers(asked)
    qs = program.numbers([f"reached {p} {c[1]}" for p, c in zip(ps, cases)])
    for case, p, q in zip(cases, ps, qs):
        exact = likelihood(*case)
        if Decimal(p) / 10**9 != exact:
            sys.exit(f"likelihood of {case}: {p}, not {exact}")
        if q != math.floor(Fraction(exact) * Fraction(CONSEQUENCE[case[1]]) * 2**64 / 10):
            sys.exit(f"q of {case}: {q}")


class Fleet:
    """Devices (class, m, per recommendation a list of weaknesses) and weaknesses (p in 1e-9, severity)."""

    def __init__(self, rng, devices, recommendations, findings, classes, multipliers, likelihoods):
        self.weaknesses = [(likelihoods(rng), rng.randint(1, 5)) for _ in range(200)]
        self.devices = []
        for _ in range(devices):
            held = [[rng.randrange(200) for _ in range(rng.randint(0, findings))] for _ in range(recommendations)]
            self.devices.append((rng.choice(classes), rng.choice(multipliers), held))


def fleets(rng):
    def ordinary(r):
        return int(1e9 * min(0.99, r.expovariate(40)))

    def tiny(r):
        return r.randint(0, 2000)

    def sure(r):
        return 990000000 - r.randint(0, 10**7)

    for _ in range(12):
        yield "random", Fleet(rng, rng.randint(1, 60), rng.randint(1, 12), rng.randint(1, 8), [0, 1, 1, 2],
                              [1, 1, 3, 4, 12], rng.choice([ordinary, tiny, sure]))
    yield "ordinary, 300 devices", Fleet(rng, 300, 20, 4, [0, 1, 1, 1, 2], [1, 1, 1, 3, 4, 12], ordinary)
    yield "hazards near 0", Fleet(rng, 300, 10, 4, [0, 1, 2], [1, 3, 4, 12], tiny)
    yield "one device, high value, m = 12", Fleet(rng, 1, 20, 8, [2], [12], ordinary)
    yield "5 000 weaknesses a device, m = 12", Fleet(rng, 3, 20, 500, [1], [12], tiny)
    yield "all high value", Fleet(rng, 200, 10, 4, [2], [1, 3, 4, 12], ordinary)


def exposure(fleet, hazards, without=None):
    n = len(fleet.devices)
    weight = {0: Decimal("0.75"), 1: Decimal(1), 2: max(Decimal(1), Decimal(n) / 10)}
    top = bottom = Decimal(0)
    for value, m, held in fleet.devices:
        l = m * sum((hazards[w] for r, row in enumerate(held) if r != without for w in row), Decimal(0))
        top += weight[value] * (1 - (-l).exp())
        bottom += weight[value]
    return 100 * top / bottom


def fleet_errors(program, fleet):
    """Error of the score and the largest one of an impact, in points."""
    exact = [-(1 - Decimal(p) / 10**9 * Decimal(CONSEQUENCE[s]) / 10).ln() for p, s in fleet.weaknesses]
    qs = program.numbers([f"reached {p} {s}" for p, s in fleet.weaknesses])
    units = program.numbers([f"hazard {q}" for q in qs])
    asked = [" ".join(map(str, ["device", value, m] + [sum(units[w] for w in row) for row in held]))
             for value, m, held in fleet.devices]
    got = [Decimal(int(x)) / POINT for x in program.ask(asked + ["score"])[0]]
    now = exposure(fleet, exact)
    recommendations = len(fleet.devices[0][2])
    impacts = [abs(got[1 + r] - (now - exposure(fleet, exact, r))) for r in range(recommendations)]
    return abs(got[0] - now), max(impacts)


def check_secure(program, rng, count):
    worst = Decimal(0)
    for _ in range(count):
        applicable = rng.randint(1, rng.choice([3, 1000, 10**9]))
        compliant, points = rng.randint(0, applicable), rng.randint(1, 10)
        got, impact = map(int, program.ask([f"secure {points} {compliant} {applicable}"])[0])
        if got != points * compliant * POINT // applicable or impact != points * POINT - got:
            sys.exit(f"secure {points} {compliant} {applicable}: {got} {impact}")
        worst = max(worst, abs(Decimal(got) / POINT - Decimal(points) * compliant / applicable))
    return worst


def check_doubles(program, rng, count):
    """Conversion is correctly rounded."""
    units = [rng.getrandbits(rng.randint(1, 63)) for _ in range(count)]
    units += [(rng.getrandbits(53) << k) + (1 << k >> 1) + d for k in range(1, 10) for d in (-1, 0, 1)]
    for u, answer in zip(units, program.ask([f"double {u}" for u in units])):
        if float.fromhex(answer[0]) != u / POINT:
            sys.exit(f"double of {u}: {answer[0]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000)
    options = parser.parse_args()
    rng, program, failed = random.Random(options.seed), Program(options.program), False
    check_likelihoods(program, rng, options.count)
    check_doubles(program, rng, options.count)
    results = [("hazard, units of 2^-52", hazard_error(program, rng, options.count), Decimal("0.5008")),
               ("survival, units of 2^-40", survival_error(program, rng, options.count), Decimal("0.5000005")),
               ("secure points", check_secure(program, rng, 200), Decimal(1) / POINT)]
    worst = {}
    for name, fleet in fleets(rng):
        score, impact = fleet_errors(program, fleet)
        old = worst.get(name, (Decimal(0), Decimal(0)))
        worst[name] = (max(score, old[0]), max(impact, old[1]))
    for name, (score, impact) in worst.items():
        results.append((f"score: {name}", score, Decimal("1e-9")))
        results.append((f"impact: {name}", impact, Decimal("1e-9")))
    for name, error, bound in results:
        failed |= error > bound
        print(f"{name:45} {float(error):.9g} (at most {float(bound):.9g}){' FAILED' if error > bound else ''}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
