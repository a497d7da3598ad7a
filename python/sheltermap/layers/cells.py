# SPDX-License-Identifier: Apache-2.0
"""Cells that cannot be used: which rows, by number and id, what they hold, and what to do; people as numbers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import yes_no
from sheltermap.base.decimal_marks import THREE_AFTER_MARK, decimal_mark
from sheltermap.base.invisible import shown_text
from sheltermap.layers import frames

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

SHOWN = 5  # cells in a message


def listed(frame: pd.DataFrame, column: str, rows: NDArray[np.integer[Any]]) -> str:
    """Return what a column holds in some rows, the first few with their numbers and ids.

    Examples
    --------
    >>> listed(pd.DataFrame({"people": [4, -1, -2.5]}), "people", np.array([1, 2]))
    '-1 in row 2, -2.5 in row 3'
    """
    ids = frame[name] if (name := frame.attrs.get("sheltermap_id")) in frame.columns else None
    # Of a file some rows may have been taken; its own numbers are those of the index.
    read = "sheltermap_source" in frame.attrs and pd.api.types.is_integer_dtype(frame.index.dtype)
    told = [
        f"{_shown(frame[column].iloc[row])} in row {(frame.index[row] if read else row) + 1}"
        + ("" if ids is None else f" (id {ids.iloc[row]})")
        for row in rows[:SHOWN]
    ]
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return ", ".join(told) + more


def first_few(ids: Collection[Any]) -> str:
    """Return the first few ids, and how many more there are.

    Examples
    --------
    >>> first_few(range(7))
    '0, 1, 2, 3, 4 and 2 more'
    """
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return ", ".join(str(each) for each in islice(ids, SHOWN)) + more


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return shown_text(value)
    return f"{value:.15g}" if isinstance(value, float | int | np.number) else repr(value)


def require_answers(
    frame: pd.DataFrame,
    column: str,
    wrong: NDArray[np.integer[Any]],
    what: str,
    allowed: str,
    *,
    always: bool = False,
) -> None:
    """Raise ValueError where cells hold what is no answer; unless `always`, not for a layer read with ``strict=False``.

    There they count as not recorded.
    """
    if not len(wrong) or not (always or frame.attrs.get("sheltermap_strict", True)):
        return
    cure = "correct it, or leave the cell empty"
    if not always:
        cure = (
            "correct it, leave the cell empty, or read the layer with strict = false, where it counts as not recorded"
        )
    raise ValueError(f"{what}: column {column!r} holds {listed(frame, column, wrong)}; {allowed}: {cure}")


def answers(
    frame: pd.DataFrame, column: str, what: str, *, also: Sequence[str] = (), always: bool = False
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows of a column say yes, and which no; the others are empty or not recorded.

    Parameters
    ----------
    frame, column, what
        Where to look, and what to call the frame in a message.
    also : sequence of str
        Other words that a cell may hold, as `yes_no.written` writes them.
    always : bool
        Whether any other cell is an error in a layer read with ``strict=False``, too.

    Raises
    ------
    ValueError
        Naming the first rows that hold something else.
    """
    frames.require_columns(frame, [column], what)
    codes, distinct = distinct_texts(frame[column])
    found = [yes_no.answer(text) for text in distinct]
    strange = [yes_no.written(text) not in ("", *also) for text in distinct]
    # The last of each stands for an empty cell, whose code is -1.
    yes = np.array([each is True for each in found] + [False])[codes]
    no = np.array([each is False for each in found] + [False])[codes]
    wrong = np.array([*strange, False])[codes] & ~yes & ~no
    allowed = f"an answer is {yes_no.ALLOWED}" + "".join(f", or {word}" for word in also)
    require_answers(frame, column, np.flatnonzero(wrong), what, allowed, always=always)
    return yes, no


def distinct_texts(cells: pd.Series[Any]) -> tuple[NDArray[np.intp], pd.Index[Any]]:
    """Return the number of each cell's text, -1 of an empty one, and the texts.

    Examples
    --------
    >>> distinct_texts(pd.Series([True, False, True]))
    (array([0, 1, 0]), Index(['True', 'False'], dtype='string'))
    """
    if cells.dtype == object:  # in which 1 and True are equal, and not as texts
        codes, distinct = pd.factorize(cells.astype("string"))
        return codes, pd.Index(distinct)
    codes, distinct = pd.factorize(cells)
    return codes, pd.Index(distinct).astype("string")


def numbers(frame: pd.DataFrame, name: str, what: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where a cell is empty or blank; flags count 1 and 0.

    Raises
    ------
    ValueError
        Naming the rows that hold something else: a text that is no number or may be two ("1.200"), or a date.
    """
    frames.require_columns(frame, [name], what)
    cells = frame[name]
    given = cells.notna().to_numpy(dtype=bool)
    if cells.dtype.kind in "mMc" or isinstance(cells.dtype, pd.PeriodDtype):  # pandas would make numbers of them
        values = np.full(len(cells), np.nan)
    else:
        told = cells.map(_without_numbers_of_days) if cells.dtype == object else cells
        values = pd.to_numeric(told, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    bad = [row for row in np.flatnonzero(np.isnan(values) & given) if not _is_blank(cells.iloc[row])]
    twofold = _twofold(cells) if cells.dtype.kind not in "biuf" else []
    if wrong := [row for row in bad if row not in twofold]:
        is_none = "which is not a number" if len(wrong) == 1 else "none of which is a number"
        raise ValueError(
            f"{what}: column {name!r} holds {listed(frame, name, np.array(wrong))}, {is_none}; "
            "correct it, or leave the cell empty where it is not known"
        )
    if twofold:
        sign, whole, rest = THREE_AFTER_MARK.fullmatch(cells.iloc[twofold[0]].strip()).groups()  # type: ignore[union-attr]
        raise ValueError(
            f"{what}: column {name!r} holds {listed(frame, name, np.array(twofold))}; the first may be "
            f"{sign}{whole}{rest} or {float(f'{sign}{whole}.{rest}')}: write {sign}{whole}{rest}, or "
            f"{sign}{whole}.{rest}0, and the others likewise"
        )
    return values


def _twofold(cells: pd.Series[Any]) -> list[int]:
    """Return the rows of texts that may be thousands or have a fraction, where no other text shows which."""
    texts = {row: cell.strip() for row, cell in enumerate(cells) if isinstance(cell, str)}
    found = [row for row, text in texts.items() if THREE_AFTER_MARK.fullmatch(text)]
    return found if found and decimal_mark(texts.values()) != "." else []


def _without_numbers_of_days(cell: Any) -> Any:
    return None if isinstance(cell, date | timedelta | np.datetime64 | np.timedelta64) else cell


def _is_blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()


def amounts(frame: pd.DataFrame, column: str, what: str, meaning: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where a cell is empty; `meaning` says in an error what a number there is.

    Raises
    ------
    ValueError
        Naming the rows, if a cell is no number, below 0 or infinite.

    Examples
    --------
    >>> amounts(pd.DataFrame({"eur": [5, None]}), "eur", "sites", "a cost is a finite number, not negative")
    array([ 5., nan])
    """
    values = numbers(frame, column, what)
    wrong = np.flatnonzero((values < 0) | np.isinf(values))
    if len(wrong):
        raise ValueError(
            f"{what}: column {column!r} holds {listed(frame, column, wrong)}; {meaning}: correct it, or leave the cell "
            "empty where it is not known"
        )
    return values


def weights_of(frame: GeoDataFrame, column: str | None, what: str) -> NDArray[np.float64]:
    """Return how many people each row stands for, NaN where that is not known; without a column each counts as one.

    Raises
    ------
    ValueError
        Naming the rows, if a cell is no number, below 0 or infinite, or all of them add up to more than a number holds.
    """
    if column is None:
        return np.ones(len(frame))
    values = amounts(frame, column, what, "a weight is a finite number, not negative")
    with np.errstate(over="ignore"):
        adds_up = np.isfinite(np.nansum(values))
    if not adds_up:
        largest = np.argsort(-np.nan_to_num(values), kind="stable")[:1]
        raise ValueError(
            f"{what}: the numbers in column {column!r} add up to infinity; the largest is "
            f"{listed(frame, column, largest)}: correct it"
        )
    return values
