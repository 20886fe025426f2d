"""What the benchmarks do before and after measuring."""

import json
import os
import subprocess
import sys
import tempfile

import machine


def build(launcher):
    """Builds if needed and writes the class archive, so that no run does."""
    if subprocess.run([launcher.path], env={**os.environ, "ROUNDTABLE_PREPARE": "1"}, check=False).returncode:
        sys.exit(f"{launcher.path} could not be built")


def save(path, results):
    """Whole or not at all, after every row: what an interrupted run measured is kept."""
    folder = os.path.dirname(os.path.abspath(path))
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
        json.dump({"machine": machine.describe(), "rows": results}, file, indent=1)
    os.replace(file.name, path)
