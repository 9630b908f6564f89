# SPDX-License-Identifier: MIT
"""The examples of the docstrings run, and so do those in the folder of examples."""
import ast
import contextlib
import doctest
import importlib
import importlib.util
import io
import pathlib
import pkgutil
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timedelta, timezone

import reprieve
import support


class Doctests(unittest.TestCase):
    def test_every_docstring(self):
        tried = 0
        for module in pkgutil.iter_modules(reprieve.__path__):
            module = importlib.import_module(f"reprieve.{module.name}")
            for test in doctest.DocTestFinder(exclude_empty=True).find(module):
                with self.subTest(test.name):
                    store, clock, session = support.opened()
                    test.globs = {"reprieve": reprieve, "store": store, "clock": clock, "session": session,
                                  "datetime": datetime, "timedelta": timedelta, "timezone": timezone}
                    told = io.StringIO()
                    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.write)
                    self.assertEqual(result.failed, 0, told.getvalue())
                    tried += result.attempted
                    store.close()
        self.assertGreater(tried, 40)

    def test_package(self):
        result = doctest.testmod(reprieve, extraglobs={"reprieve": reprieve})
        self.assertEqual(result.failed, 0)
        self.assertGreater(result.attempted, 1)


class Examples(unittest.TestCase):
    def test_quickstart(self):
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            support.example("quickstart").main()
        self.assertIn("E-1: global", told.getvalue())
        self.assertIn("hidden: E-1 decides", told.getvalue())

    def test_storage_in_a_dictionary(self):
        source = (support.EXAMPLES / "dict_storage.py").read_text(encoding="utf-8")
        lines = [ast.get_source_segment(source, one) for one in ast.parse(source).body if isinstance(one, ast.ClassDef)]
        self.assertLessEqual(len([line for line in "\n".join(lines).splitlines() if line.strip()]), 40)
        support.example("dict_storage")

    def test_score_trend(self):
        told, trend = io.StringIO(), support.example("score_trend")
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(told):
            path = pathlib.Path(folder) / "trend.png" if importlib.util.find_spec("matplotlib") else None
            trend.main(path)
            if path:
                data = path.read_bytes()
                self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
                self.assertGreater(len(data), 40_000)
        self.assertIn("E-5: va-_-acme-_-mail", told.getvalue())

    def test_distributed_score(self):
        done = subprocess.run([sys.executable, support.EXAMPLES / "distributed_score.py", "400"], capture_output=True,
                              text=True, timeout=200, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("the same bits as one engine over all of them: yes", done.stdout)
        how = "two workers of Dask" if importlib.util.find_spec("distributed") else "Dask is not installed"
        self.assertIn(f"400 devices in 8 parts, by {how}", done.stdout.replace("two processes, as ", ""))


if __name__ == "__main__":
    unittest.main()
