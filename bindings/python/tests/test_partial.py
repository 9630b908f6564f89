# SPDX-License-Identifier: MIT
"""Partials as values of Python: parts of a fleet in stores of their own, merged to the bits of one engine."""
import copy
import os
import pickle
import random
import threading
import unittest
from datetime import datetime, timedelta, timezone

import reprieve
from reprieve import Category, ConfigurationState, Kind, Partial, Permission, Severity, Value, merge_partials

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def opened(seed, devices, points=4):
    """A store with these devices of a fleet, the same whatever store they are in."""
    store = reprieve.Store(reprieve.MemoryStorage(), clock=reprieve.ManualClock(NOW))
    session = store.session("ana@corp.example", Permission.ALL)
    with session.batch() as facts:
        for i in range(8):
            chance = random.Random(f"{seed} {i}")
            facts.weakness(f"CVE-{i}", severity=Severity(1 + i % 5), epss=chance.random())
            facts.recommendation(f"update-{i}")
        facts.recommendation("setting", kind=Kind.CONFIGURATION_CHANGE, points=points, category=Category.OS)
        for device in devices:
            chance = random.Random(f"{seed} device {device}")
            facts.device(f"pc-{device}", group=chance.choice(["Sales", "IT"]), value=Value(chance.randint(1, 3)),
                         internet_facing=chance.random() < 0.3)
            for i in range(8):
                facts.assess(f"pc-{device}", f"update-{i}", [f"CVE-{n}" for n in range(8) if chance.random() < 0.2])
            facts.assessment(f"pc-{device}", "setting", state=chance.choice(list(ConfigurationState)[1:]))
    session.file_exception(reprieve.ExceptionRequest(
        recommendation="update-3", justification=reprieve.Justification.ALTERNATE_MITIGATION, context="it is covered",
        duration=timedelta(days=9)))
    return store, session


def part_of(seed, devices, **more):
    store, session = opened(seed, devices, **more)
    with store, session.score_engine() as engine:
        return engine.partial()


class Merging(unittest.TestCase):
    def test_any_split_and_order_gives_one_engine(self):
        for seed in range(6):
            chance, devices = random.Random(seed), list(range(30))
            chance.shuffle(devices)
            parts = [part_of(seed, devices[first::4]) for first in range(4)]
            chance.shuffle(parts)
            merged = (parts[0] + parts[1]) + (parts[2] + parts[3])
            self.assertEqual(merged, merge_partials(part.data for part in reversed(parts)))
            store, session = opened(seed, range(30))
            with store, session.score_engine() as engine:
                self.assertEqual(merged, engine.partial())
                for category in (None, *Category):
                    wanted = engine.read(category=category)
                    got = merged.score(category=category)
                    self.assertEqual(vars(wanted) | {"revision": 0}, vars(got))
                rows = {row.id: row for row in session.recommendations(states=list(reprieve.State))}
                self.assertEqual([impact.recommendation for impact in merged.impacts()], sorted(rows))
                for impact in merged.impacts():
                    row = rows[impact.recommendation]
                    for name in ("exposed_devices", "exposure_impact", "exposure_impact_after", "exposure_impact_best",
                                 "standalone_exposure", "secure_impact", "secure_impact_best"):
                        self.assertEqual(getattr(row, name), getattr(impact, name), (impact.recommendation, name))

    def test_what_does_not_belong_together(self):
        with self.assertRaises(reprieve.RefusedError) as caught:
            merge_partials([part_of(1, range(3)), part_of(1, range(3, 6), points=5)])
        self.assertEqual(caught.exception.field, "points")
        with self.assertRaises(ValueError):
            merge_partials([])
        with self.assertRaises(TypeError):
            part_of(1, [1]) + b"bytes"


class Values(unittest.TestCase):
    def setUp(self):
        self.part = part_of(2, range(5))

    def test_a_partial_is_a_value(self):
        part = self.part
        for same in (Partial(part.data), Partial(bytearray(part.data)), pickle.loads(pickle.dumps(part)), copy.copy(part),
                     copy.deepcopy(part), Partial(bytes(part))):
            self.assertEqual(same, part)
            self.assertEqual(hash(same), hash(part))
        self.assertNotEqual(part_of(3, range(5)), part)
        self.assertRegex(repr(part), r"<Partial of 5 devices, 9 recommendations, \d+ bytes>")
        with self.assertRaises(AttributeError):
            part.data = b""

    def test_it_outlives_its_store_and_says_what_it_is(self):
        info = self.part.info()
        self.assertEqual((info.devices, info.oldest, info.newest, info.group), (5, NOW, NOW, None))
        self.assertEqual((info.inactive_after, info.model), (timedelta(days=30), "rpv-exposure-1"))

    def test_bytes_that_are_no_partial(self):
        for data in (b"", b"junk", self.part.data[:-1], self.part.data + b"x", bytes(len(self.part.data))):
            with self.assertRaises(reprieve.CorruptError):
                Partial(data)
        newer = bytearray(self.part.data)
        newer[4] = 9
        with self.assertRaises(reprieve.VersionError):
            Partial(newer)
        for nothing in ("text", 5, None):
            with self.assertRaises(TypeError):
                Partial(nothing)
        with self.assertRaises(reprieve.CorruptError):
            merge_partials([self.part, b"junk"])

    def test_several_threads_use_one(self):
        found = []

        def work():
            for _ in range(50):
                found.append((self.part + part_of(2, [9])).score().exposure_official)
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(found), 200)
        self.assertEqual(len(set(found)), 1)

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_a_forked_child_uses_it(self):
        wanted = self.part.score()
        child = os.fork()
        if child == 0:
            os._exit(0 if self.part.score() == wanted and (self.part + part_of(2, [9])).info().devices == 6 else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)


if __name__ == "__main__":
    unittest.main()
