# SPDX-License-Identifier: Apache-2.0
"""What an analysis found that matters, and what to do first about it, in sentences: the material of a briefing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.page.table import Bar, Words
from sheltermap.questions.row_tables import measure_words

if TYPE_CHECKING:
    from sheltermap.base.limits import Limit
    from sheltermap.page.key_figure import KeyFigure
    from sheltermap.questions.judging import Judged
    from sheltermap.questions.outcome import Outcome
    from sheltermap.questions.question import Figure

NAMED_FIRST = 3  # places, sites and stores that a sentence still names


@dataclass(frozen=True)
class Finding:
    """One thing that was found, as a sentence that follows the title of its analysis."""

    words: Words
    concerned: float = 0.0  #: which part of all that is counted it is bad for
    figure: Figure | None = None  #: the number that it tells, of which a former year may have another
    also: tuple[str, ...] = ()  #: names of figures that tell the same of the same people, limit and scenario
    fact: Hashable = None  #: what two findings have in common that tell the same; nothing where there is no other
    of_people: bool = True  #: whether people are counted, not things
    behind: tuple[
        Figure, ...
    ] = ()  #: the numbers that it tells where it has no `figure`, which no year is held against

    @property
    def told(self) -> tuple[Figure, ...]:
        """The numbers that it tells."""
        return self.behind if self.figure is None else (self.figure,)


@dataclass(frozen=True)
class Step:
    """One thing to do first, as a sentence that follows the title of its analysis."""

    words: Words
    people: float = 0.0  #: how many it is for
    fact: Hashable = None  #: what two steps have in common that ask for the same


def found(outcome: Outcome, words: Words, bad: float, total: float, **told: Any) -> Finding:
    """Return what is bad for so many of all that are counted; `told` are further fields of the finding."""
    return Finding(words, bad / total if total > 0 else 0.0, of_people=outcome.measure != "rows", **told)


def figure_of(outcome: Outcome, name: str, **where: Any) -> Figure | None:
    """Return the figure of all with that name, of what is counted first where nothing else is said."""
    wanted = {"figure": name, "scope": "all", "measure": outcome.measure} | where
    return next((each for each in outcome.found if all(each.get(key) == value for key, value in wanted.items())), None)


def figures_of(outcome: Outcome, name: str, **where: Any) -> tuple[Figure, ...]:
    """Return the figures with that name, of all where nothing else is said."""
    wanted = {"figure": name, "scope": "all"} | where
    return tuple(each for each in outcome.found if all(each.get(key) == value for key, value in wanted.items()))


def said(outcome: Outcome, key: str, numbers: Mapping[str, float], **words: Any) -> Words:
    """Return a sentence with numbers put in, ``share`` (their ``part`` of ``total``), and ``unit``: what is counted."""
    told: dict[str, Any] = {name: texts.number(value) for name, value in numbers.items()}
    if numbers.get("total"):
        told["share"] = texts.shares(numbers["part"] / numbers["total"])
    elif "total" in numbers:
        told["share"] = "–"
    return texts.both(key, **told, **({"unit": measure_words(outcome, outcome.measure)} | words))


def nearness(outcome: Outcome, limit: Limit) -> Hashable:
    """Return the fact that so many are within a limit: the same for whoever asks about the same inputs and ways."""
    kind = outcome.analysis
    supply = getattr(kind, "supply", None)
    asked = None if supply is None else supply.model_dump_json()
    return ("within", kind.roles["demand"], kind.roles["facilities"], limit, getattr(kind, "by", None), asked)


def lost_from(outcome: Outcome, row: Mapping[str, Any]) -> Hashable:
    """Return the fact that so many lose their way to a facility: the same by whichever analysis."""
    roles = outcome.analysis.roles
    return ("lost", roles["demand"], roles["facilities"], row["total"], row["covered"], row["lost"])


def of_key_figure(outcome: Outcome, figures: Sequence[KeyFigure], judged: Sequence[Judged]) -> list[Finding]:
    """Return the first key figure as a finding, with the first of its figures that are judged, if it is one only."""
    if not figures:
        return []
    first = figures[0]
    words = texts.both("finding_figure", value=first.value, label=first.label, detail=first.detail)
    bar = first.bar or Bar(0, 0, 0)
    told = _judged_figures(outcome, judged)
    which = {"figure": told[0]} if len(told) == 1 else {"behind": told}
    return [found(outcome, words, bar.uncovered, bar.covered + bar.uncovered + bar.unknown, **which)]


def _judged_figures(outcome: Outcome, judged: Sequence[Judged]) -> tuple[Figure, ...]:
    of_all = [each for each in outcome.found if each["scope"] == "all"]
    mine = (tuple(each for each in of_all if one.is_of({"category": None, **each})) for one in judged)
    return next(filter(None, mine), ())


def listed(parts: Sequence[Words], whole: int | None = None) -> Words:
    """Name several in a sentence, and say how many more there are."""
    count = len(parts) if whole is None else whole
    return {
        lang: ", ".join(each[lang] for each in parts[:NAMED_FIRST]) + texts.and_more(count, NAMED_FIRST, lang)
        for lang in texts.LANGUAGES
    }


def with_count(name: str | Words, count: float, sign: str = "") -> Words:
    """Name something with how many live there, or with a sign how many it gains."""
    return texts.both("named_with_count", name=name, count=texts.number(round(count)), sign=sign)
