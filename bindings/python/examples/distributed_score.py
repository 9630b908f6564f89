#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One fleet scored by several processes: each keeps a part of the devices in a store of its own and sends back a partial,
a few hundred bytes a recommendation. Merged in any order these are the bits of one engine over the whole fleet.

With Dask (Debian's python3-distributed) the parts go to two local worker processes, and with Client("tcp://...") to those of
a cluster; without it to the processes of the standard library.

usage: distributed_score.py [DEVICES]
"""
import importlib.util
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone

import reprieve
from reprieve import Category, ConfigurationState, ExceptionRequest, Justification, Kind, Permission, Severity, Value

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
PARTS = 8
PRODUCTS = [f"va-_-acme-_-product-{i:02}" for i in range(40)]
SETTINGS = {"sca-_-scid-1": Category.OS, "sca-_-scid-2": Category.NETWORK, "sca-_-scid-3": Category.ACCOUNTS}


# %% What all parts have in common: weaknesses, recommendations, and the decisions of people.
def catalogue(facts):
    chance = random.Random(1)
    for i, product in enumerate(PRODUCTS):
        facts.recommendation(product, title=f"Update product {i}")
        for release in range(3):
            facts.weakness(f"CVE-2026-{i:02}{release}", severity=chance.choice(list(Severity)[1:]), epss=chance.random() / 4)
    for setting, category in SETTINGS.items():
        facts.recommendation(setting, kind=Kind.CONFIGURATION_CHANGE, category=category, points=chance.randint(1, 10))
    for group in ("Sales", "IT", "Plant"):
        facts.group(group)


def decide(session):
    for number, justification in enumerate([Justification.ALTERNATE_MITIGATION, Justification.RISK_ACCEPTED,
                                            Justification.THIRD_PARTY_CONTROL]):
        session.file_exception(ExceptionRequest(
            recommendation=PRODUCTS[number], justification=justification, context="decided for the whole fleet",
            duration=timedelta(days=90), groups=None if number else ["Sales", "Plant"]))


# %% What a scanner knows of one device.
def report(facts, number):
    chance, device = random.Random(number), f"pc-{number:06}"
    facts.device(device, group=chance.choice(["Sales", "IT", "Plant"]),
                 value=chance.choice([Value.NORMAL] * 8 + list(Value)[1:]), internet_facing=chance.random() < 0.05)
    for product in chance.sample(range(len(PRODUCTS)), 12):
        facts.assess(device, PRODUCTS[product], [f"CVE-2026-{product:02}{i}" for i in range(chance.randint(0, 3))])
    for setting in SETTINGS:
        facts.assessment(device, setting, state=chance.choice([ConfigurationState.COMPLIANT, ConfigurationState.EXPOSED]))


# %% The work of one process: a store, its facts, the decisions; out comes what its devices contribute.
def score_part(devices):
    with reprieve.Store(reprieve.MemoryStorage(), clock=reprieve.ManualClock(NOW)) as store:
        with store.session("scorer", Permission.ALL) as session:
            with session.batch(source="scanner") as facts:
                catalogue(facts)
                for device in devices:
                    report(facts, device)
            decide(session)
            with session.score_engine() as engine:
                return engine.partial()


def merge_two(one, other):
    return one + other


# %% Parts out, partials back, merged two by two where they are.
def with_dask(parts):
    from dask.distributed import Client, LocalCluster
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        partials = client.map(score_part, parts)
        while len(partials) > 1:
            pairs = list(zip(partials[::2], partials[1::2]))
            partials = [client.submit(merge_two, *pair) for pair in pairs] + partials[2 * len(pairs):]
        return partials[0].result()


def with_processes(parts):
    with ProcessPoolExecutor(2) as pool:
        return reprieve.merge_partials(pool.map(score_part, parts))


def main(devices=2000):
    parts = [range(first, devices, PARTS) for first in range(PARTS)]
    if importlib.util.find_spec("distributed"):
        how, merged = "two workers of Dask", with_dask(parts)
    else:
        how, merged = "two processes, as Dask is not installed", with_processes(parts)
    print(f"{devices} devices in {PARTS} parts, by {how}: {merged!r}")
    score = merged.score()
    print(f"exposure {score.exposure_official:.6f} official, {score.exposure_no_impact:.6f} without exceptions; "
          f"secure score {score.secure_official.percent:.4f} %")
    for impact in sorted(merged.impacts(), key=lambda one: -one.exposure_impact)[:3]:
        print(f"  {impact.recommendation}: {impact.exposed_devices} devices, {impact.exposure_impact:.6f} points")
    whole = score_part(range(devices))
    print("the same bits as one engine over all of them:", "yes" if merged == whole else "NO")
    return merged == whole


if __name__ == "__main__":
    sys.exit(not main(*map(int, sys.argv[1:])))
