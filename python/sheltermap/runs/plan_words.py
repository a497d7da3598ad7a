# SPDX-License-Identifier: Apache-2.0
"""What a reader says, in words of a plan: its arguments as keys, with the table of the plan where they belong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sheltermap._native import SheltermapError

_KEYS = "crs|encoding|layer|invalid|id|x|y|demand|facility|cost|unit|direction|limit|demand_id|facility_id|holds|nodata"
_ARGUMENT = re.compile(rf"\b({_KEYS})=(?:'([^'\n]*)')?")
_READ_WITH = re.compile(r"\bread with (?=(?:invalid|strict)=)")


@contextmanager
def in_words_of_a_plan(part: str) -> Iterator[None]:
    """Have errors of what is inside name the keys of a part of the plan: ``inputs.wards``."""
    try:
        yield
    except SheltermapError as error:
        error.args = (as_keys(str(error), part),)
        raise


def as_keys(message: str, part: str) -> str:
    """Return a message whose arguments are written as a plan has them.

    Examples
    --------
    >>> as_keys("Correct it (or read with invalid='repair'), or read with strict=False to go on", "inputs.wards")
    'Correct it (or write [inputs.wards] invalid = "repair"), or write [inputs.wards] strict = false to go on'
    """
    said = _READ_WITH.sub("write ", message)
    said = _ARGUMENT.sub(lambda found: found[1] if found[2] is None else f'[{part}] {found[1]} = "{found[2]}"', said)
    return said.replace("strict=False", f"[{part}] strict = false")
