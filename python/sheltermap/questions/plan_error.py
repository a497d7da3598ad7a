# SPDX-License-Identifier: Apache-2.0
"""The error of a plan that cannot be run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sheltermap._native import SheltermapError


class PlanError(SheltermapError):
    """A plan that cannot be run, with all its faults."""

    def __init__(self, path: Path, faults: Sequence[str]):
        self.path, self.faults = path, list(faults)
        if len(self.faults) == 1:
            super().__init__(f"{path}: {self.faults[0]}")
        else:
            lines = (f"  {number}. {fault}" for number, fault in enumerate(self.faults, start=1))
            super().__init__("\n".join([f"{path} has {len(self.faults)} faults:", *lines]))
