# SPDX-License-Identifier: Apache-2.0
"""The interactive map of a plan: all its answers as views of one page, of a size that opens anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.map import Map, View
from sheltermap.map.middles import Middles
from sheltermap.page.table import words_of
from sheltermap.questions.views import Drawing

if TYPE_CHECKING:
    from sheltermap.base.standards import Text
    from sheltermap.basemap.making import BasemapSource
    from sheltermap.questions.kind import Kind
    from sheltermap.questions.outcome import Outcome

LARGEST_PAGE = 8_000_000  # bytes of a page; opened from a share or sent by mail, more is a nuisance
ROWS_DRAWN = 200_000  # one by one, in all views of a page together
FEWEST_ROWS = 2_000  # of a view that are drawn one by one whatever the others have


@dataclass(frozen=True)
class Fitted:
    """A page, and what it took to keep it small: the same holds for the page in another language."""

    page: Map
    most: int  #: rows drawn one by one in each view
    kept: int  #: how many answers it shows
    middles: Middles  #: where rows are


def answers_map(
    title: Text,
    answers: Iterable[tuple[Kind, Outcome]],
    lang: str,
    *,
    context: BasemapSource | None = None,
    languages: Mapping[str, str] | None = None,
    like: Fitted | None = None,
) -> Fitted | None:
    """Return the map of all answers that have places; None where none has.

    Of rows that are too many to draw one by one, those close together are one circle, and where the page is too large
    all the same the last answers are left out; the page says both.

    Parameters
    ----------
    title : Text
        Of the plan.
    answers : iterable of (Kind, Outcome)
    lang : {"en", "lv", …}
    context : Basemap, optional
        What lies under everything.
    languages : mapping of str to str, optional
        By language the name of the file with the same page.
    like : Fitted, optional
        The page in another language: as much is drawn.

    Returns
    -------
    Fitted or None
    """
    answers = list(answers)
    most = max(FEWEST_ROWS, ROWS_DRAWN // max(len(answers), 1)) if like is None else like.most
    how = Drawing(lang, most) if like is None else Drawing(lang, most, like.middles)
    shown = _shown(answers, how)
    if not shown:
        return None
    kept = len(shown) if like is None else like.kept
    while True:
        page = Map(
            texts.both("map_of_all", title=words_of(title))[lang],
            [view for each in shown[:kept] for view in each.views],
            lang=lang,
            context=context,
            languages=languages,
        )
        page.notes += _notes(shown, kept, how)
        if like is not None or kept == 1 or len(page.html.encode()) <= LARGEST_PAGE:
            return Fitted(page, most, kept, how.middles)
        if most > FEWEST_ROWS:
            most = max(FEWEST_ROWS, most // 4)
            how = replace(how, most=most)
            shown = _shown(answers, how)
        else:
            kept = max(1, kept * 2 // 3)


@dataclass(frozen=True)
class _Shown:
    """An answer that has places."""

    kind: Kind
    rows: int
    views: list[View]


def _shown(answers: Iterable[tuple[Kind, Outcome]], how: Drawing) -> list[_Shown]:
    found = [_Shown(kind, len(outcome.layer), kind.views(outcome, how)) for kind, outcome in answers]
    return [each for each in found if each.views]


def _notes(shown: Sequence[_Shown], kept: int, how: Drawing) -> list[str]:
    """Say what is not drawn one by one, and what is not drawn at all."""
    many = max((each.rows for each in shown[:kept]), default=0)
    too_many = how.most is not None and many > how.most
    notes = [texts.say("map_all_grouped", how.lang, count=texts.number(many))] if too_many else []
    if kept < len(shown):
        titles = "; ".join(each.kind.title.get(how.lang) for each in shown[kept:])
        size = f"{texts.number(LARGEST_PAGE / 1e6)} MB"
        notes.append(texts.say("map_left_out", how.lang, size=size, titles=titles))
    return notes


def file_names(languages: Sequence[str]) -> dict[str, str]:
    """Return the name of the map's file by language: the first has the plain one.

    Examples
    --------
    >>> list(file_names(["lv", "en"]).values())
    ['map.html', 'map.en.html']
    """
    return {lang: f"map.{lang}.html" if number else "map.html" for number, lang in enumerate(languages)}
