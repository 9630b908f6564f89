# SPDX-License-Identifier: MIT
"""Forecasts and plans from Python."""
import unittest
from datetime import datetime, timedelta, timezone

import reprieve
from reprieve import Kind, Permission, Severity, View

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def opened():
    store = reprieve.Store(reprieve.MemoryStorage(), clock=reprieve.ManualClock(NOW))
    session = store.session("ana@corp.example", Permission.ALL)
    with session.batch() as facts:
        for i in range(3):
            facts.weakness(f"CVE-{i}", severity=Severity.HIGH, epss=0.2 + i / 10)
            facts.recommendation(f"update-{i}", kind=Kind.UNINSTALL if i == 2 else Kind.UPDATE)
        for i in range(4):
            facts.device(f"pc-{i}", group="Sales")
            for n in range(3):
                facts.assess(f"pc-{i}", f"update-{n}", [f"CVE-{n}"] if n <= i else [])
    return store, session


class Plans(unittest.TestCase):
    def test_steps_are_those_of_doing_them(self):
        store, session = opened()
        with store:
            steps = session.plan().all()
            self.assertEqual(3, len(steps))
            with store.what_if() as what_if, what_if.session("ana", Permission.ALL) as there:
                for step in steps:
                    with there.batch() as facts:
                        for i in range(4):
                            facts.assess(f"pc-{i}", step.recommendation, [])
                    self.assertEqual(step.exposure, there.score().exposure_official)
                    self.assertLessEqual(step.bound, step.exposure)
            self.assertEqual(0, steps[-1].exposure)

    def test_each_model_plans_for_itself(self):
        store, session = opened()
        mine = reprieve.ExposureModel("mine", reach=1000)
        with store, session.score_engine(mine) as engine, session.score_engine() as own:
            self.assertEqual(own.plan().all(), session.plan().all())
            self.assertEqual(engine.plan().all()[-1].exposure, 0)
            self.assertEqual(engine.read().exposure_official - engine.plan(budget=1).one().gain,
                             engine.plan(budget=1).one().exposure)
            self.assertNotEqual(engine.plan(budget=1).one().gain, own.plan(budget=1).one().gain)
            self.assertEqual(engine.forecast(NOW).exposure_official, engine.read().exposure_official)
            with self.assertRaises(TypeError):
                session.plan(money=3)

    def test_targets_budgets_costs(self):
        store, session = opened()
        with store:
            every = session.plan().all()
            self.assertEqual(every[:2], session.plan(target=every[1].exposure).all())
            self.assertEqual(every[:1], session.plan(budget=1).all())
            self.assertEqual(["update-2"], [s.recommendation for s in session.plan(kinds=[Kind.UNINSTALL])])
            cheap = session.plan(costs={"update-0": 5, "update-1": 0}, budget=6, view=View.NO_IMPACT).all()
            self.assertEqual([("update-2", 1), ("update-0", 6)], [(s.recommendation, s.total_cost) for s in cheap])
            for wrong in ({"budget": -1}, {"target": float("nan")}, {"costs": {"update-0": 10**12}}, {"costs": {1: 2}}):
                with self.assertRaises((reprieve.InvalidError, ValueError, TypeError, OverflowError)):
                    session.plan(**wrong)


class Forecasts(unittest.TestCase):
    def test_exceptions_end_and_devices_fall_silent(self):
        store, session = opened()
        with store:
            before = session.score()
            session.file_exception(reprieve.ExceptionRequest(
                recommendation="update-0", justification=reprieve.Justification.ALTERNATE_MITIGATION,
                context="it is covered", duration=timedelta(days=9)))
            self.assertEqual(NOW + timedelta(days=9), session.forecast(NOW).valid_until)
            later = session.forecast(NOW + timedelta(days=9))
            self.assertEqual((before.exposure_official, 4), (later.exposure_official, later.devices))
            self.assertEqual(4, session.forecast(NOW + timedelta(days=400)).devices)
            self.assertEqual(0, session.forecast(NOW + timedelta(days=400), devices_fall_silent=True).devices)
            with self.assertRaises(reprieve.InvalidError):
                session.forecast(NOW - timedelta(days=1))


if __name__ == "__main__":
    unittest.main()
