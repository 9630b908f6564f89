# SPDX-License-Identifier: MIT
"""The package is typed, to the letter: mypy --strict has nothing to say. Skipped where there is no mypy."""
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parents[1]
USE = '''
import reprieve
from datetime import timedelta

with reprieve.Store(reprieve.MemoryStorage()) as store, store.session("ana", reprieve.Permission.ALL) as ana:
    for one in ana.recommendations():
        reveal_type(one)
    filing = ana.file_exception(reprieve.ExceptionRequest(context="x", justification=reprieve.Justification.RISK_ACCEPTED,
                                                          recommendation="r", duration=timedelta(days=1)))
    reveal_type(filing.exception.end)
    ana.devices(group=17)
'''


@unittest.skipUnless(importlib.util.find_spec("mypy"), "needs mypy")
class Types(unittest.TestCase):
    def mypy(self, *arguments):
        with tempfile.TemporaryDirectory() as cache:
            return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, *arguments], cwd=HERE,
                                  capture_output=True, text=True, check=False)

    def test_strict(self):
        done = self.mypy("reprieve")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_host_gets_types(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as file:
            file.write(USE)
            file.flush()
            told = self.mypy(file.name).stdout
        self.assertIn("reprieve.rows.Recommendation", told)
        self.assertIn("Union[datetime.datetime, None]", told)
        self.assertIn('"group" to "devices"', told)
        self.assertEqual(told.count(" error: "), 1, told)


if __name__ == "__main__":
    unittest.main()
