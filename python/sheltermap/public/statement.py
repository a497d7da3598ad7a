# SPDX-License-Identifier: Apache-2.0
"""What a publication leaves out, and why: in numbers that tell no more than the publication itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sheltermap.base import texts

Words = dict[str, str]


@dataclass(frozen=True)
class Statement:
    """What was left out, merged, rounded and held, and by which rule.

    Attributes
    ----------
    k : int
        No number stands for fewer people, but none at all.
    rounded_to : int
    grid_m : int
    facilities : dict of str to int
        By reason: rows that are not shown, or not where they are.
    people : dict of str to int
        By reason: numbers that are hidden, cells and areas that are counted together.
    left_out : dict of str to int
        Layers, fields and analyses.
    against : int, optional
        The year that it was held against.
    """

    k: int
    rounded_to: int
    grid_m: int
    facilities: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    against: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    def sections(self) -> list[tuple[Words, list[Words]]]:
        """Return headings with their sentences, in every language."""
        rules = [
            texts.both("public.rule_k", k=str(self.k), most=str(self.k - 1)),
            texts.both("public.rule_rounded", base=str(self.rounded_to)),
            texts.both("public.rule_cells", grid=texts.distances(self.grid_m), k=str(self.k)),
            texts.both("public.rule_unknown_place"),
        ]
        if self.against is not None:
            rules.append(texts.both("public.rule_against", year=str(self.against), k=str(self.k)))
        return [
            (texts.both("public.rules"), rules),
            (texts.both("public.removed_facilities"), _lines(self.facilities)),
            (texts.both("public.removed_people"), _lines(self.people)),
            (texts.both("public.removed_else"), _lines(self.left_out)),
        ]

    def markdown(self, title: Mapping[str, str], languages: Sequence[str]) -> str:
        """Return it as a text, one language after another."""
        lines = []
        for lang in languages:
            lines += [f"# {_plain(title[lang])}: {texts.say('public.statement', lang)}", ""]
            for heading, sentences in self.sections():
                lines += [f"## {heading[lang]}", "", *(f"- {each[lang]}" for each in sentences), ""]
        return "\n".join(lines)


def _lines(counts: Mapping[str, int]) -> list[Words]:
    """Return one sentence per reason; one alone where there is none."""
    said = [texts.both(f"public.why_{reason}", count=texts.number(count)) for reason, count in counts.items() if count]
    return said or [texts.both("public.nothing_removed")]


def _plain(title: str) -> str:
    return title.translate({ord(each): f"\\{each}" for each in "\\`*_[]<>#"})
