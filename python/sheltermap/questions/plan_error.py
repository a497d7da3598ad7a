# SPDX-License-Identifier: Apache-2.0
"""The error of a plan that cannot be run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sheltermap._native import SheltermapError
from sheltermap.base.fault import listed
from sheltermap.base.toml_lines import lines_of


class PlanError(SheltermapError):
    """A plan that cannot be run, with all its faults; its message names their lines in the plan where it can.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> plan = Path(tempfile.mkdtemp()) / "plan.toml"
    >>> _ = plan.write_text("schema = 1")
    >>> try:
    ...     sm.run(plan, plan.parent / "out")
    ... except sm.PlanError as error:
    ...     print(len(error.faults) > 1)
    True
    """

    def __init__(self, path: Path, faults: Sequence[str]):
        self.path, self.faults = path, list(faults)
        self.lines = lines_of(Path(path), self.faults)
        if len(self.faults) == 1:
            super().__init__(f"{at_line(path, self.lines[0])}: {self.faults[0]}")
        else:
            numbered = zip(self.faults, self.lines, strict=True)
            super().__init__(
                listed(path, [fault if line is None else f"line {line}: {fault}" for fault, line in numbered])
            )


def at_line(path: Path, line: int | None) -> str:
    """Name a plan and, where it is known, the line in it."""
    return f"{path}" if line is None else f"{path}, line {line}"
