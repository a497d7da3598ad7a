# SPDX-License-Identifier: Apache-2.0
"""Why a cell was not read, for whoever has to tell; what is wrong with a file, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """Why one value cannot be taken as it is."""

    reason: str
    suggestion: str | None = None  #: what may have been meant; never taken by itself
    details: dict[str, Any] = field(default_factory=dict)


def listed(what: object, faults: Sequence[str]) -> str:
    """Say all that is wrong with a file: one fault beside its name, several below it with their numbers."""
    if len(faults) == 1:
        return f"{what}: {faults[0]}"
    lines = (f"  {number}. {fault}" for number, fault in enumerate(faults, start=1))
    return "\n".join([f"{what} has {len(faults)} faults:", *lines])
