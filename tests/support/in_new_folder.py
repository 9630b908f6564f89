#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program in a new folder, which is removed afterwards.

usage: in_new_folder.py PROGRAM [ARGUMENT]...
"""
import os
import subprocess
import sys
import tempfile

program = os.path.abspath(sys.argv[1])
with tempfile.TemporaryDirectory() as folder:
    sys.exit(subprocess.run([program, *sys.argv[2:]], cwd=folder).returncode)
