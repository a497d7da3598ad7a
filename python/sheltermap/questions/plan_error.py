# SPDX-License-Identifier: Apache-2.0
"""The error of a plan that cannot be run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sheltermap._native import SheltermapError
from sheltermap.base.fault import listed


class PlanError(SheltermapError):
    """A plan that cannot be run, with all its faults.

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
        super().__init__(listed(path, self.faults))
