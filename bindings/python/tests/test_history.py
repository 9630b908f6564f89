# SPDX-License-Identifier: MIT
"""Recorded scores and engines of the host's own, from Python."""
import gc
import unittest
from datetime import timedelta

import support
import reprieve
from reprieve import Category, Contribution, ContributionBy, HostScore, Level, SecureScore


class Trends(unittest.TestCase):
    def setUp(self):
        self.store, self.clock, self.session = support.opened()
        self.addCleanup(self.store.close)

    def test_points_are_the_scores_of_their_time(self):
        read = []
        with self.session.score_engine() as engine:
            for hours in range(4):
                self.assertGreater(engine.record(), 1)
                self.assertEqual(engine.record(), 0)
                read.append(engine.read())
                with self.session.batch() as facts:
                    facts.device(f"new-{hours}", group="Sales")
                self.clock.advance(timedelta(hours=1))
            name, digest = engine.name, engine.model.digest
        points = self.session.trend(page=2).all()
        self.assertEqual([point.score.exposure_official for point in points], [one.exposure_official for one in read])
        self.assertEqual([point.score.time for point in points], [one.time for one in read])
        self.assertEqual({(point.engine, point.digest, point.group) for point in points}, {(name, digest, None)})
        self.assertEqual(self.session.trend(newest_first=True, limit=2).all(), points[:1:-1])
        self.assertEqual(self.session.trend(since=read[1].time, until=read[2].time).all(), points[1:3])
        self.assertEqual(self.session.trend(every=timedelta(days=365)).all(), points[-1:])
        self.assertIn(("rpv-exposure-1", "Sales"), [(one.engine, one.group) for one in self.session.trend_series()])
        with self.assertRaises(reprieve.NotFoundError):
            self.session.trend(group="nowhere")
        with self.assertRaises(reprieve.InvalidError):
            self.session.trend(every=timedelta(days=-1))
        with self.assertRaisesRegex(TypeError, "every"):
            self.session.trend(every=1)

    def test_points_are_put_back(self):
        with self.session.score_engine() as engine:
            engine.record()
        points = [point for one in self.session.trend_series()
                  for point in self.session.trend(engine=one.engine, group=one.group)]
        with reprieve.Store(reprieve.MemoryStorage(), clock=self.clock) as mine:
            with mine.session("root", reprieve.Permission.ALL) as root:
                root.begin_restore(self.session.store_record())
                with root.batch(restore=True) as facts:
                    for point in points:
                        facts.restore_score(point)
                root.finish_restore()
                self.assertEqual([point for one in root.trend_series()
                                  for point in root.trend(engine=one.engine, group=one.group)], points)


class HostEngines(unittest.TestCase):
    def setUp(self):
        self.store, self.clock, self.session = support.opened()
        self.addCleanup(self.store.close)

    def test_the_callback_is_asked_and_may_ask(self):
        asked = []

        def score(group, category):
            asked.append((group, category))
            devices = len(self.session.devices(group=group).all()) if group else len(self.session.devices().all())
            return HostScore(20.0 * devices, secure_official=SecureScore(1.0, 4.0, 25.0), devices=devices)
        with self.session.host_engine("mine-1", score) as engine:
            got = engine.read()
            self.assertEqual(got.exposure_official, 20.0 * len(self.session.devices().all()))
            self.assertEqual((got.secure_official, got.time), (SecureScore(1.0, 4.0, 25.0), self.store.info().now))
            self.assertLess(got.secure_no_impact.percent, 0)  # not told: no data
            engine.read(group="Sales", category=Category.OS)
            self.assertEqual(asked, [(None, None), ("Sales", Category.OS)])
            self.assertGreater(engine.record(), 1)
            self.assertEqual(self.session.trend(engine="mine-1").one().score.exposure_official, got.exposure_official)
            with self.assertRaises(reprieve.RefusedError):
                engine.contributions()
            with self.assertRaises(reprieve.RefusedError):
                engine.model
            with self.assertRaises(reprieve.RefusedError):
                engine.partial()

    def test_contributions_come_sorted(self):
        def parts(by, group, category, limit):
            self.assertEqual((by, group, category, limit), (ContributionBy.WEAKNESS, None, None, 3))
            return (Contribution(f"id-{i}", float(i), 0.0, 0.0, 0.0, 0.0, 0.0) for i in range(5))
        with self.session.host_engine("mine-1", lambda *_: HostScore(1.0), parts) as engine:
            self.assertEqual([one.id for one in engine.contributions(ContributionBy.WEAKNESS, limit=3)],
                             ["id-2", "id-1", "id-0"])

    def test_what_a_callback_raises_is_raised_again(self):
        def broken(group, _category):
            raise KeyError(group)
        with self.session.host_engine("mine-1", broken, lambda *_: [1]) as engine:
            with self.assertRaises(KeyError):
                engine.read(group="Sales")
            with self.assertRaises(KeyError):
                engine.record()
            with self.assertRaises(AttributeError):
                engine.contributions()
        self.assertEqual(self.session.trend(engine="mine-1").all(), [])

    def test_a_failed_call_inside_is_the_callbacks_own_matter(self):
        def careful(_group, _category):
            with self.assertRaises(reprieve.NotFoundError):
                self.session.score(group="nowhere")
            return HostScore(1.0, level=Level.HIGH)
        with self.session.host_engine("mine-1", careful) as engine:
            self.assertEqual(engine.read().level, Level.HIGH)

    def test_a_callback_that_reads_its_engine_is_refused(self):
        engines = []
        with self.session.host_engine("mine-1", lambda *_: engines[0].read()) as engine:
            engines.append(engine)
            with self.assertRaises(reprieve.BusyError):
                engine.read()

    def test_a_callback_closes_nothing_that_it_is_called_for(self):
        def careless(*_):
            for handle in (engine, self.session, self.store):
                with self.assertRaises(reprieve.BusyError):
                    handle.close()
            with self.session.score_engine() as other, self.store.what_if() as what_if:
                what_if.session("ana@corp.example", reprieve.Permission.ALL).close()
                return HostScore(other.read().exposure_official)
        engine = self.session.host_engine("mine-1", careless, lambda *_: careless() and [])
        self.assertEqual(engine.read().exposure_official, self.session.score().exposure_official)
        self.assertEqual(engine.contributions().all(), [])
        self.assertGreater(engine.record(), 1)
        self.session.close()
        self.assertTrue(engine.closed)

    def test_an_engine_that_is_forgotten_is_closed(self):
        before = len(self.session._core.handles)
        for _ in range(10):
            self.session.host_engine("mine-1", lambda *_: HostScore(1.0)).read()
        gc.collect()
        self.assertEqual(len(self.session._core.handles), before)

    def test_answers_that_are_none(self):
        for answer in (None, HostScore(float("nan")), HostScore("much")):
            with self.session.host_engine("mine-1", lambda *_: answer) as engine:
                with self.assertRaises((TypeError, reprieve.InvalidError)):
                    engine.read()
        for name in ("", "rpv-exposure-1", 64 * "x"):
            with self.assertRaises(reprieve.InvalidError):
                self.session.host_engine(name, lambda *_: HostScore(1.0))


if __name__ == "__main__":
    unittest.main()
