# SPDX-License-Identifier: Apache-2.0
"""Views that are steps of one question: its scenarios, or its years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheltermap.map.asked import Asked
from sheltermap.map.view import View


def in_steps(views: Sequence[View], group: str, asked: Asked) -> list[View]:
    """Return views, each with its step, as one group, the last first; one alone is no group."""
    if len(views) < 2:
        return list(views)
    titled = asked.title is not None  # else each has a title that says the step
    return [
        replace(each, group=group, title=f"{group}: {each.step}" if titled else each.title) for each in reversed(views)
    ]
