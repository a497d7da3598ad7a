# SPDX-License-Identifier: Apache-2.0
"""The faults of all that a plan reads, told together and not one a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sheltermap._native import SheltermapError
from sheltermap.base.toml_lines import lines_of
from sheltermap.plans.plan import Plan
from sheltermap.questions.plan_error import PlanError, at_line


class FaultsTogether:
    """Collects faults while others are looked for."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._errors: list[SheltermapError] = []

    @contextmanager
    def collecting(self, part: str | None = None) -> Iterator[None]:
        """Keep an error of what is inside for later; `part` of the plan is named before what its reader says."""
        try:
            yield
        except PlanError as error:
            self._errors.append(error)
        except SheltermapError as error:
            self._errors.append(type(error)(f"{part}: {error}") if part else error)
        except ValueError as error:
            if part is None:
                raise
            self._errors.append(PlanError(self._plan.path, [f"{part}: {error}"]))

    def raise_any(self) -> None:
        """Raise what was found: a single error as what it is, several as one with all their faults."""
        if not self._errors:
            return
        if len(self._errors) > 1:
            faults = [fault for each in self._errors for fault in getattr(each, "faults", [str(each)])]
            raise PlanError(self._plan.path, faults)
        (error,) = self._errors
        if isinstance(error, PlanError):
            raise error
        (line,) = lines_of(self._plan.path, [str(error)])
        raise type(error)(f"{at_line(self._plan.path, line)}: {error}")
