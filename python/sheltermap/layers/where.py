# SPDX-License-Identifier: Apache-2.0
"""Which rows of a layer are wanted, said as in SQL: ``kind = 'shelter' and capacity >= 50``. Nothing is executed."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.invisible import shown_text, visible
from sheltermap.base.suggestions import unknown

if TYPE_CHECKING:
    from lark import Lark, Token
    from numpy.typing import NDArray

LONGEST, DEEPEST, SHOWN = 10_000, 100, 30  # characters and steps of a condition; characters that an error repeats
# LALR: no text of this length takes longer than another, however its brackets lie.
GRAMMAR = r"""
?start: either
?either: both (_OR both)*
?both: no (_AND no)*
?no: test | _NOT no -> negated
?test: operand COMPARES operand -> compared
    | operand IN "(" literal ("," literal)* ")" -> listed
    | operand _NOT IN "(" literal ("," literal)* ")" -> not_listed
    | operand LIKE text -> like
    | operand _NOT LIKE text -> not_like
    | operand BETWEEN operand _AND operand -> between
    | operand _NOT BETWEEN operand _AND operand -> not_between
    | operand _IS _NULL -> empty
    | operand _IS _NOT _NULL -> filled
    | "(" either ")"
?operand: column | literal
?column: NAME -> named | QUOTED -> quoted
?literal: NUMBER -> number | text | TRUTH -> truth
?text: TEXT -> text
_OR.2: /or\b/i
_AND.2: /and\b/i
_NOT.2: /not\b/i
_IS.2: /is\b/i
_NULL.2: /null\b/i
IN.2: /in\b/i
LIKE.2: /i?like\b/i
BETWEEN.2: /between\b/i
TRUTH.2: /(true|false)\b/i
COMPARES: /<>|!=|<=|>=|==|=|<|>/
NUMBER: /[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
TEXT: /'([^']|'')*'/
QUOTED: /"([^"]|"")+"/
NAME: /[^\W\d]\w*/
%ignore /\s+/
"""
HOW = "as in kind = 'shelter' and capacity >= 50: = <> < <= > >=, in (…), like '…%', between, is null, and, or, not"
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("=", "=="), operator.eq),
    **dict.fromkeys(("<>", "!="), operator.ne),
    **{"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
}
KINDS = {"number": "numbers", "text": "texts", "truth": "true and false", "day": "days", "moment": "times"}


@dataclass(frozen=True)
class _Column:
    name: str


@dataclass(frozen=True)
class _Literal:
    value: Any

    @property
    def said(self) -> str:
        return f"'{visible(self.value)}'" if isinstance(self.value, str) else str(self.value).lower()


@dataclass(frozen=True)
class _Step:
    """What is asked of operands, or made of other steps."""

    what: str
    parts: tuple[Any, ...]
    depth: int


@dataclass(frozen=True)
class Where:
    """A condition on the columns of a row, as it was said."""

    text: str
    step: _Step

    @property
    def columns(self) -> list[str]:
        """Return the columns it names, each once."""
        return list(dict.fromkeys(each.name for each in _operands(self.step) if isinstance(each, _Column)))

    def rows(self, frame: pd.DataFrame, source: str) -> NDArray[np.bool_]:
        """Return which rows it takes: those of which it is true, not those of which that is not known.

        Raises
        ------
        ReadError
            If there is no such column, or one holds something else than it is compared with.
        """
        known = [str(column) for column in frame.columns if column != getattr(frame, "_geometry_column_name", None)]
        for name in self.columns:
            if name not in known:
                raise _core.ReadError(f"{source}: where: {unknown('unknown column', name, known)}")
        try:
            found = _asked(self.step, frame)
        except _MisfitError as error:
            raise _core.ReadError(f"{source}: where: {error}") from None
        return found.to_numpy(bool, na_value=False)


class _MisfitError(Exception):
    """A column and what it is compared with are of different kinds."""


def parsed(text: str) -> Where:
    """Return a condition that was said as a text.

    Raises
    ------
    ValueError
        If it cannot be understood; with the place.

    Examples
    --------
    >>> parsed("kind = 'shelter' and (capacity >= 50 or kind is null)").columns
    ['kind', 'capacity']
    """
    from lark.exceptions import UnexpectedInput, VisitError

    if len(text) > LONGEST:
        raise ValueError(f"has {len(text):,} characters; at most {LONGEST:,} are taken")
    try:
        step: Any = _parser().parse(text)
    except UnexpectedInput as error:
        raise ValueError(_not_understood(text, error)) from None
    except VisitError as error:
        raise error.orig_exc from None
    return Where(text, step)


def _not_understood(text: str, error: Any) -> str:
    at = error.pos_in_stream
    at = len(text) if at is None or at < 0 or getattr(error, "token", None) == "" else at
    rest = text[at:].strip()
    shown = visible(rest if len(rest) <= SHOWN else rest[:SHOWN] + "…")
    if not text.strip():
        return f"is empty; write a condition, {HOW}"
    if not rest:
        return f"stops too early; write a whole condition, {HOW}"
    open_quote = " (a quote is not closed)" if rest[0] in "'\"" and rest.count(rest[0]) % 2 else ""
    return f"position {at + 1}: “{shown}” is not understood there{open_quote}; write {HOW}"


@cache
def _parser() -> Lark:
    from lark import Lark, Transformer, Tree, v_args

    def step(what: str, parts: Sequence[Any]) -> _Step:
        depth = 1 + max((each.depth for each in parts if isinstance(each, _Step)), default=0)
        if depth > DEEPEST:
            raise ValueError(f"has more than {DEEPEST} steps one within the other")
        return _Step(what, tuple(parts), depth)

    class _Making(Transformer[Any, Any]):
        """Makes steps of what is read while it is read; so nothing goes down into a deep tree."""

        def __default__(self, data: Any, children: Any, meta: Any) -> Any:
            repeated = str(data).startswith("_")  # a rule of lark's own, whose parts it takes into the one above
            return Tree(data, children) if repeated else step(str(data), children)

        @v_args(inline=True)
        def named(self, token: Token) -> _Column:
            return _Column(str(token))

        @v_args(inline=True)
        def quoted(self, token: Token) -> _Column:
            return _Column(token[1:-1].replace('""', '"'))

        @v_args(inline=True)
        def text(self, token: Token) -> _Literal:
            return _Literal(token[1:-1].replace("''", "'"))

        @v_args(inline=True)
        def truth(self, token: Token) -> _Literal:
            return _Literal(token.lower() == "true")

        @v_args(inline=True)
        def number(self, token: Token) -> _Literal:
            value = int(token) if re.fullmatch(r"[+-]?[0-9]{1,18}", token) else float(token)
            if not math.isfinite(value):
                raise ValueError(f"{shown_text(str(token))} is beyond the range of numbers")
            return _Literal(value)

    return Lark(GRAMMAR, parser="lalr", transformer=_Making())


def _operands(step: _Step) -> Iterator[Any]:
    for part in step.parts:
        if isinstance(part, _Step):
            yield from _operands(part)
        else:
            yield part


def _asked(step: _Step, frame: pd.DataFrame) -> pd.arrays.BooleanArray:
    """Return of which rows a step is true, false, or not known, by the rules of SQL."""
    what, parts = step.what, step.parts
    if what in ("either", "both"):
        found = [_asked(part, frame) for part in parts]
        return reduce(operator.or_ if what == "either" else operator.and_, found)
    if what == "negated":
        return ~_asked(parts[0], frame)
    if what.startswith("not_"):
        return ~_asked(_Step(what.removeprefix("not_"), parts, 1), frame)
    if what in ("empty", "filled"):
        missing = _cells(parts[0], frame).isna().to_numpy(bool)
        return _answers(missing if what == "empty" else ~missing, np.ones(len(frame), bool))
    if what == "compared":
        return _compared(COMPARISONS[str(parts[1])], parts[0], parts[2], frame)
    if what == "between":
        limits = ((operator.ge, parts[2]), (operator.le, parts[3]))
        return reduce(operator.and_, [_compared(compare, parts[0], each, frame) for compare, each in limits])
    if what == "listed":
        return reduce(operator.or_, [_compared(operator.eq, parts[0], each, frame) for each in parts[2:]])
    return _like(parts[0], str(parts[1]).lower() == "ilike", parts[2].value, frame)


def _answers(values: NDArray[np.bool_], known: NDArray[np.bool_]) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(values, ~known)


def _cells(operand: _Column | _Literal, frame: pd.DataFrame) -> pd.Series[Any]:
    if isinstance(operand, _Column):
        return frame[operand.name]
    return pd.Series([operand.value] * len(frame), index=frame.index)


def _kind(cells: pd.Series[Any]) -> str | None:
    """Return what the cells are, None where none is filled."""
    if pd.api.types.is_bool_dtype(cells.dtype):
        return "truth"
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return "moment"
    kinds = {type(cell) for cell in cells[cells.notna()]}
    for kind, types in (("truth", {bool, np.bool_}), ("number", {int, float}), ("day", {date}), ("text", {str})):
        if kinds and kinds <= types:
            return kind
    return "text" if kinds else None


def _compared(
    compare: Callable[[Any, Any], Any], one: _Column | _Literal, other: _Column | _Literal, frame: pd.DataFrame
) -> pd.arrays.BooleanArray:
    left, right = _cells(one, frame), _cells(other, frame)
    known = (left.notna() & right.notna()).to_numpy(bool)
    values = np.zeros(len(frame), bool)
    if known.any():
        pairs = ((one, left, other, right), (other, right, one, left))
        (first, kind), (second, other_kind) = (_comparable(*each) for each in pairs)
        if kind != other_kind:
            raise _MisfitError(_misfit(one, kind, other, other_kind))
        if kind == "truth" and compare not in (operator.eq, operator.ne):
            raise _MisfitError("true and false are equal or not (=, <>); none is greater than the other")
        values[known] = np.asarray(compare(first[known], second[known]), dtype=bool)
    return _answers(values, known)


def _comparable(
    operand: _Column | _Literal, cells: pd.Series[Any], other: _Column | _Literal, others: pd.Series[Any]
) -> tuple[Any, str]:
    """Return the cells as they are compared and what they are; a text that is written becomes a day beside days."""
    kind, beside = _kind(cells) or "text", _kind(others)
    if kind == "text" and isinstance(operand, _Literal) and beside in ("day", "moment"):
        moment = _moment(operand, others, other)
        single = moment if beside == "moment" else moment.date()
        made = pd.Series([single] * len(cells), dtype=others.dtype if beside == "moment" else object)
        return made.to_numpy(), beside
    return cells.to_numpy(object) if kind in ("text", "day", "truth") else cells.to_numpy(), kind


def _moment(written: _Literal, cells: pd.Series[Any], column: Any) -> Any:
    try:
        moment = datetime.fromisoformat(written.value.strip())
    except ValueError:
        name = visible(getattr(column, "name", ""))
        told = f"column \"{name}\" holds days: write '2026-10-01' for one, not {written.said}"
        raise _MisfitError(told) from None
    zone = getattr(cells.dtype, "tz", None)
    if zone is not None:
        return pd.Timestamp(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).tz_convert(zone)
    return pd.Timestamp(moment.replace(tzinfo=None))


def _misfit(one: Any, kind: str, other: Any, other_kind: str) -> str:
    if isinstance(one, _Literal) and isinstance(other, _Column):
        one, kind, other, other_kind = other, other_kind, one, kind
    if isinstance(one, _Literal):
        return f"{one.said} and {other.said} are not of one kind"
    holds = f'column "{visible(one.name)}" holds {KINDS[kind]}'
    if isinstance(other, _Column):
        return f'{holds}, column "{visible(other.name)}" {KINDS[other_kind]}: they cannot be compared'
    if kind == "text":
        return f"{holds}: write '{other.value}' in quotes, not {other.said}"
    remedy = " without quotes" if kind == "number" else ""
    return f"{holds}: write a value of that kind{remedy}, not {other.said}"


def _like(operand: _Column | _Literal, any_case: bool, pattern: str, frame: pd.DataFrame) -> pd.arrays.BooleanArray:
    cells = _cells(operand, frame)
    known = cells.notna().to_numpy(bool)
    values = np.zeros(len(frame), bool)
    if known.any():
        kind = _kind(cells)
        if kind != "text":
            name = visible(getattr(operand, "name", ""))
            raise _MisfitError(f'column "{name}" holds {KINDS[str(kind)]}; like is for texts')
        fits = _fitting(pattern.casefold() if any_case else pattern)
        texts = cells[known].astype(str)
        values[known] = [fits(each.casefold() if any_case else each) for each in texts]
    return _answers(values, known)


def _fitting(pattern: str) -> Callable[[str], bool]:
    """Return whether a text is as a pattern of ``%`` (anything) and ``_`` (one character) says.

    Each piece between two ``%`` is looked for once, where it comes first; so no pattern takes long.
    """
    first, *others = pattern.split("%")
    if not others:
        return lambda text: len(text) == len(first) and _stands(first, text, 0)
    *middle, last = others

    def fits(text: str) -> bool:
        at, end = len(first), len(text) - len(last)
        if at > end or not (_stands(first, text, 0) and _stands(last, text, end)):
            return False
        for piece in middle:
            at = _place(piece, text, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return fits


def _stands(piece: str, text: str, at: int) -> bool:
    there = text[at : at + len(piece)]
    return there == piece or all(each in ("_", char) for each, char in zip(piece, there, strict=True))


def _place(piece: str, text: str, begin: int, end: int) -> int:
    """Return where a piece first stands between two places of a text; below 0 where it does not."""
    if "_" not in piece:
        return text.find(piece, begin, end)
    return next((at for at in range(begin, end - len(piece) + 1) if _stands(piece, text, at)), -1)
