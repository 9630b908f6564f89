# SPDX-License-Identifier: MIT
"""Assessments as columns: whatever holds them, they come to what single calls come to."""
import array
import importlib.util
import unittest
from datetime import timedelta

import reprieve
import support
from reprieve import ConfigurationState, TextColumn

DEVICES = ["pc-17", "pc-18", "srv-1", "pc-17"]
RECOMMENDATIONS = [support.CHROME, support.CHROME, support.CHROME, support.FIREWALL]
OTHER = "CVE-2024-9999"
WEAKNESSES = [[support.CVE, OTHER], [], [OTHER], []]
STATES = [ConfigurationState.NONE] * 3 + [ConfigurationState.EXPOSED]
OFFSETS = [0, 2, 2, 3, 3]
FLAT = [support.CVE, OTHER, OTHER]


def in_bytes(texts, typecode="Q"):
    """Texts as Arrow has them."""
    ends, end = [0], 0
    for text in texts:
        end += len(text)
        ends.append(end)
    return TextColumn("".join(texts).encode(), offsets=array.array(typecode, ends))


def in_dictionary(texts, typecode="i"):
    words = sorted(set(texts))
    return TextColumn(words, codes=array.array(typecode, map(words.index, texts)))


class Columns(unittest.TestCase):
    def setUp(self):
        self.store, self.clock, self.session = support.opened()
        self.addCleanup(self.store.close)
        with self.session.batch() as facts:
            facts.weakness(OTHER, severity=reprieve.Severity.LOW)

    def held(self, **filters):
        return {(one.device, one.recommendation): one for device in ("pc-17", "pc-18", "srv-1")
                for one in self.session.assessments(device) if one.source == "columns"}

    def expected(self):
        with self.session.batch(source="columns") as facts:
            for device, recommendation, weaknesses, state in zip(DEVICES, RECOMMENDATIONS, WEAKNESSES, STATES):
                facts.assessment(device, recommendation, weaknesses=weaknesses, state=state)
        rows = self.held()
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows["pc-17", support.CHROME].weaknesses, (support.CVE, OTHER))
        return rows

    def check(self, devices, recommendations, weaknesses, **others):
        """Writes something else first, so that the columns have something to do."""
        expected = self.expected()
        with self.session.batch(source="columns") as facts:
            for device, recommendation in zip(DEVICES, RECOMMENDATIONS):
                facts.assessment(device, recommendation, change=reprieve.AssessmentChange.REMOVE)
        self.assertEqual(self.held(), {})
        with self.session.batch(source="columns") as facts:
            self.assertEqual(facts.assess_columns(devices, recommendations, weaknesses, **{"states": STATES, **others}), 4)
        self.assertEqual(self.held(), expected)

    def test_lists(self):
        self.check(DEVICES, RECOMMENDATIONS, WEAKNESSES)

    def test_any_iterables(self):
        self.check(iter(DEVICES), tuple(RECOMMENDATIONS), (row or None for row in WEAKNESSES), states=iter(STATES))

    def test_flat_with_offsets(self):
        for typecode in "IQ":
            self.check(DEVICES, RECOMMENDATIONS, FLAT, weakness_offsets=array.array(typecode, OFFSETS))
        self.check(DEVICES, RECOMMENDATIONS, FLAT, weakness_offsets=OFFSETS)

    def test_bytes_and_offsets(self):
        for typecode in "IQ":
            self.check(in_bytes(DEVICES, typecode), in_bytes(RECOMMENDATIONS), in_bytes(FLAT), weakness_offsets=OFFSETS)

    def test_dictionaries(self):
        for typecode in "bBhHiI":
            self.check(in_dictionary(DEVICES, typecode), in_dictionary(RECOMMENDATIONS), in_dictionary(FLAT),
                       weakness_offsets=OFFSETS)

    def test_parts_of_columns(self):
        expected = self.expected()
        columns = (in_bytes(["x", *DEVICES])[1:], in_dictionary(["x", *RECOMMENDATIONS, "y"])[1:-1],
                   TextColumn([*DEVICES, "z"])[:4])
        self.assertEqual([len(column) for column in columns], [4, 4, 4])
        with self.session.batch(source="columns") as facts:
            for first in range(0, 4, 2):
                rows = slice(first, first + 2)
                facts.assess_columns(columns[0][rows], columns[1][rows], in_bytes(FLAT), states=STATES[rows],
                                     weakness_offsets=array.array("Q", OFFSETS)[first:first + 3])
        self.assertEqual(self.held(), expected)
        with self.assertRaises(ValueError):
            columns[0][::2]

    def test_bytes_of_c(self):
        states = bytes(state.value for state in STATES)
        for buffer in (states, bytearray(states), memoryview(states), array.array("B", states),
                       array.array("q", list(states)), memoryview(bytes(b for state in states for b in (state, 7)))[::2]):
            self.check(DEVICES, RECOMMENDATIONS, WEAKNESSES, states=buffer)

    def test_times_flags_and_changes(self):
        seen = [support.NOW - timedelta(days=3), None, support.NOW - timedelta(days=2), support.NOW]
        with self.session.batch(source="columns") as facts:
            facts.assess_columns(DEVICES, RECOMMENDATIONS, WEAKNESSES, states=STATES, versions=["1.0", "", None, None],
                                 first_seen=seen, last_seen=array.array("q", [0, 0, 0, 0]),
                                 user_impacts=[None, None, None, True], changes=[0, 0, reprieve.AssessmentChange.ADD, 0])
        held = self.held()
        self.assertEqual(held["pc-17", support.CHROME].first_seen, seen[0])
        self.assertEqual(held["pc-17", support.CHROME].version, "1.0")
        self.assertTrue(held["pc-17", support.FIREWALL].user_impact)
        self.assertEqual(held["srv-1", support.CHROME].weaknesses, (OTHER,))

    def test_one_weakness_in_each_row(self):
        with self.session.batch(source="columns") as facts:
            facts.weakness_set(support.CHROME, "1.0", [OTHER])
            facts.assess_columns(DEVICES[:3], RECOMMENDATIONS[:3], [support.CVE, None, None], sets=[None, "1.0", None])
        held = self.held()
        self.assertEqual([held[device, support.CHROME].weaknesses for device in DEVICES[:3]], [(support.CVE,), (OTHER,), ()])

    def test_very_many_weaknesses_in_a_row(self):
        ids = [f"CVE-2026-{i:04}" for i in range(300)]
        with self.session.batch(source="columns") as facts:
            for one in ids:
                facts.weakness(one)
            self.assertEqual(facts.assess_columns(DEVICES[:3], [support.CHROME] * 3, [ids[:2], ids, tuple(ids[:1])]), 3)
        held = self.held()
        self.assertEqual([len(held[device, support.CHROME].weaknesses) for device in DEVICES[:3]], [2, 300, 1])

    def test_blocks_of_rows(self):
        rows = 2500
        devices = [f"many-{i}" for i in range(rows)]
        with self.session.batch(source="columns") as facts:
            for device in devices:
                facts.device(device)
            facts.assess_columns(devices, [support.CHROME] * rows,
                                 [[] if 900 < i < 2100 else [support.CVE, OTHER][:1 + i % 2] for i in range(rows)])
        self.assertEqual(self.session.weaknesses(id=support.CVE).one().exposed_devices, 2 + 2500 - 1199)
        self.assertEqual(self.session.weaknesses(id=OTHER).one().exposed_devices, (2500 - 1199) // 2)

    def test_nothing(self):
        with self.session.batch() as facts:
            self.assertEqual(facts.assess_columns([], [], []), 0)
            self.assertEqual(facts.assess_columns(TextColumn([], codes=[]), TextColumn(b"", offsets=[0]), None), 0)
        self.assertEqual(facts.result.records, 0)

    def test_refused_whole(self):
        batch = self.session.batch()
        batch.device("pc-17")
        for devices, others, error in (
                (DEVICES[:3], {}, ValueError), (["pc-17", None, "", ""], {}, reprieve.InvalidError),
                (["pc\0x"] * 4, {}, ValueError), (["a", "b", "c\0"], {}, ValueError), ([1, 2, 3, 4], {}, TypeError),
                ("abcd", {}, TypeError), (TextColumn(DEVICES, codes=[0, 1, 2, 9]), {}, reprieve.InvalidError),
                (TextColumn(b"abcd", offsets=[0, 3, 2, 4, 4]), {}, reprieve.InvalidError),
                (DEVICES, {"states": [1, 2]}, ValueError),
                (DEVICES, {"states": [1, 2, 3, 256]}, (ValueError, OverflowError)),
                (DEVICES, {"states": [reprieve.Severity.LOW] * 4}, TypeError),
                (DEVICES, {"user_impacts": ["no"] * 4}, TypeError),
                (DEVICES, {"states": [10**30] * 4}, ValueError), (DEVICES, {"changes": [True] * 4}, TypeError),
                (DEVICES, {"states": [9] * 4}, reprieve.InvalidError), (DEVICES, {"states": [0.5] * 4}, TypeError),
                (DEVICES, {"weakness_offsets": [0, 1]}, ValueError),
                (DEVICES, {"first_seen": [support.NOW.replace(tzinfo=None)] * 4}, ValueError)):
            with self.subTest(devices=devices, **others), self.assertRaises(error):
                weaknesses = FLAT if "weakness_offsets" in others else WEAKNESSES
                batch.assess_columns(devices, RECOMMENDATIONS, weaknesses, **others)
        with self.assertRaises(TypeError):
            batch.assess_columns(DEVICES, RECOMMENDATIONS, ["a", ["b"], [], []])
        with self.assertRaises(TypeError):
            TextColumn("abc", offsets=[0, 3])
        self.assertEqual(batch.commit().records, 1)

    def test_buffers_are_given_back(self):
        states = bytearray(state.value for state in STATES)
        with self.session.batch(source="columns") as facts:
            facts.assess_columns(DEVICES, RECOMMENDATIONS, WEAKNESSES, states=states)
        states.append(0)  # raises BufferError while somebody still holds it

    @unittest.skipUnless(importlib.util.find_spec("numpy"), "needs NumPy")
    def test_numpy(self):
        import numpy
        self.check(numpy.array(DEVICES), numpy.array(RECOMMENDATIONS, dtype=object), numpy.array(FLAT),
                   weakness_offsets=numpy.array(OFFSETS), states=numpy.array([state.value for state in STATES], "uint8"))
        self.check(numpy.array(DEVICES), numpy.array(RECOMMENDATIONS), WEAKNESSES,
                   states=numpy.array([[state.value, 0] for state in STATES])[:, 0],
                   last_seen=numpy.array([0, 0, 0, 0]), first_seen=numpy.array(["NaT"] * 4, "datetime64[us]"))
        with self.session.batch(source="columns") as facts:
            facts.assess_columns(numpy.array(DEVICES), RECOMMENDATIONS, WEAKNESSES, states=STATES, first_seen=numpy.array(
                ["2026-02-27T09:30:00.125", "NaT", "NaT", "NaT"], "datetime64[ns]"))
        self.assertEqual(self.held()["pc-17", support.CHROME].first_seen, support.NOW - timedelta(days=2, milliseconds=-125))

    @unittest.skipUnless(importlib.util.find_spec("pandas"), "needs pandas")
    def test_pandas(self):
        import pandas
        frame = pandas.DataFrame({"device": DEVICES, "recommendation": RECOMMENDATIONS, "weaknesses": WEAKNESSES,
                                  "state": [state.value for state in STATES]})
        self.check(frame.device, frame.recommendation.astype("category"), frame.weaknesses, states=frame.state)
        self.check(pandas.Categorical(DEVICES), frame.recommendation, frame.weaknesses.tolist(), states=frame.state)
        with self.session.batch(source="columns") as facts:
            facts.assess_columns(frame.device, frame.recommendation, frame.weaknesses, states=frame.state,
                                 first_seen=pandas.Series([support.NOW - timedelta(days=1)] * 4))
        self.assertEqual(self.held()["pc-17", support.CHROME].first_seen, support.NOW - timedelta(days=1))

    def test_what_looks_like_arrow(self):
        class Array:
            """As much of pyarrow.StringArray as counts here."""

            def __init__(self, texts, offset=0):
                column = in_bytes(texts, "i")
                self.type, self.offset, self.null_count = "string", offset, 0
                self.parts = [None, memoryview(column.offsets).cast("B"), column.texts]
                self.rows = len(texts) - offset

            def __len__(self):
                return self.rows

            def buffers(self):
                return self.parts

        class Dictionary:
            def __init__(self, texts):
                self.type, self.offset, self.null_count, self.texts = "dictionary<...>", 0, 0, texts
                self.dictionary, self.indices = self, self

            def __len__(self):
                return len(self.texts)

            def combine_chunks(self):
                return self

            def to_pylist(self):
                return self.texts
        self.check(Array(["x", *DEVICES], offset=1), Array(RECOMMENDATIONS), Array(FLAT), weakness_offsets=OFFSETS)
        words = Dictionary([support.CHROME])
        words.indices = Dictionary([0, 0, None])
        self.assertEqual(repr(reprieve.columns.text_column(words)), "<TextColumn of 3 rows, in a dictionary>")

    @unittest.skipUnless(importlib.util.find_spec("pyarrow"), "needs pyarrow")
    def test_arrow(self):
        import pyarrow
        self.check(pyarrow.array(["x", *DEVICES])[1:], pyarrow.chunked_array([RECOMMENDATIONS]).dictionary_encode(),
                   pyarrow.array(FLAT, pyarrow.large_string()), weakness_offsets=OFFSETS)
        self.check(pyarrow.array([*DEVICES, None])[:4], pyarrow.array(RECOMMENDATIONS).dictionary_encode(), WEAKNESSES)


if __name__ == "__main__":
    unittest.main()
