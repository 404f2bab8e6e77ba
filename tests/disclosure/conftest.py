"""Lets the tests of this folder import what makes their packages, and the custody tests' timestamp authority."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "custody")]
