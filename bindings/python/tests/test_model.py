# SPDX-License-Identifier: MIT
"""Exposure models of one's own, and likelihoods told by Python."""
import unittest

import support
import reprieve


class Models(unittest.TestCase):
    def setUp(self):
        self.store, self.clock, self.session = support.opened()
        self.addCleanup(self.store.close)

    def test_the_initial_constants_are_those_of_the_library(self):
        with self.session.score_engine() as engine, self.session.score_engine(reprieve.ExposureModel()) as same:
            self.assertEqual(engine.model, reprieve.ExposureModel())
            self.assertEqual(same.read(), engine.read())

    def test_two_models_side_by_side(self):
        with self.session.score_engine() as one, \
                self.session.score_engine(reprieve.ExposureModel("mine", reach=1000)) as other:
            self.assertGreater(other.read().exposure_official, one.read().exposure_official)
            self.assertEqual(other.model.reach, 1000)
            self.assertNotEqual(other.model.digest, one.model.digest)

    def test_contributions_come_to_the_score(self):
        with self.session.score_engine() as engine:
            parts = list(engine.contributions())
            self.assertEqual([one.id for one in parts], ["pc-17", "pc-18"])
            self.assertAlmostEqual(sum(one.exposure_official for one in parts), engine.read().exposure_official, 12)
            self.assertEqual([one.id for one in engine.contributions(reprieve.ContributionBy.RECOMMENDATION)],
                             [support.CHROME])
            self.assertEqual([one.id for one in engine.contributions(limit=1)], ["pc-17"])
            with self.assertRaises(reprieve.InvalidError):
                engine.contributions(limit=0)

    def test_wrong_constants_are_named(self):
        for model in (reprieve.ExposureModel("mine", reach=1001), reprieve.ExposureModel(reach=200)):
            with self.assertRaises(reprieve.InvalidError):
                self.session.score_engine(model)
            with self.assertRaises(reprieve.InvalidError):
                model.digest

    def test_a_callback_tells_the_likelihood(self):
        asked = []

        def tell(facts):
            asked.append(facts)
            return 10**9
        with self.session.score_engine(reprieve.ExposureModel("told", likelihood=tell)) as engine:
            self.assertGreater(engine.read().exposure_official, self.session.score().exposure_official)
            self.assertIs(engine.model.likelihood, tell)
        self.assertEqual([one.weakness for one in asked], [support.CVE])
        self.assertEqual(asked[0].epss, 20000000)

    def test_what_a_callback_raises_is_raised_again(self):
        def tell(facts):
            raise KeyError(facts.weakness)
        with self.session.score_engine(reprieve.ExposureModel("broken", likelihood=tell)) as engine:
            with self.assertRaises(KeyError):
                engine.read()
        for wrong in (-1, 10**9 + 1):
            with self.session.score_engine(reprieve.ExposureModel("wrong", likelihood=lambda facts: wrong)) as engine:
                with self.assertRaises(ValueError):
                    engine.read()

    def test_a_callback_that_uses_its_store_is_refused(self):
        def tell(_facts):
            self.session.score()
        with self.session.score_engine(reprieve.ExposureModel("again", likelihood=tell)) as engine:
            with self.assertRaises(reprieve.BusyError):
                engine.read()


if __name__ == "__main__":
    unittest.main()
