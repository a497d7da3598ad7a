# SPDX-License-Identifier: Apache-2.0
"""Views on the tables of an assessment with names that people read: of layers, of columns, and words for codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheltermap.base.language import REFERENCE
from sheltermap.basemap.ground_layers import PREFIX
from sheltermap.dictionary.layers import Layer

if TYPE_CHECKING:
    from psycopg.sql import Composable, Composed

    from sheltermap.page.table import Words

LONGEST_NAME = 63  #: bytes; PostgreSQL cuts longer ones without a word
LONGEST_PART = 30  # bytes of what stands behind the colon of a long title, and is kept whole
CUT = "…"
KEY = "fid"


@dataclass(frozen=True)
class ViewColumn:
    """A column of a view: what it is called, of which column of the table, and what its codes say."""

    name: str
    of: str
    type: str  #: as the database writes it
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """A view on a table of the same schema."""

    name: str
    table: str
    columns: Sequence[ViewColumn]

    @property
    def described(self) -> list[tuple[str, str]]:
        """Name and type of each column, as the catalogue has them."""
        return [(each.name, each.type) for each in self.columns]

    def statement(self, schema: str) -> Composed:
        """Return what makes it, in the place of one with the same columns."""
        from psycopg import sql

        parts = [sql.SQL("{} AS {}").format(_value(each), sql.Identifier(each.name)) for each in self.columns]
        return sql.SQL("CREATE OR REPLACE VIEW {} AS SELECT {} FROM {}").format(
            sql.Identifier(schema, self.name), sql.SQL(", ").join(parts), sql.Identifier(schema, self.table)
        )


def _value(column: ViewColumn) -> Composable:
    from psycopg import sql

    of = sql.Identifier(column.of)
    if not column.codes:
        return of
    cases = [
        sql.SQL("WHEN {} THEN {}").format(sql.Literal(code), sql.Literal(words)) for code, words in column.codes.items()
    ]
    return sql.SQL("CASE {0} {1} ELSE {0} END").format(of, sql.SQL(" ").join(cases))


def views(layers: Iterable[Layer], tables: Mapping[str, Sequence[tuple[str, str]]], lang: str) -> Iterator[View]:
    """Yield a view for each layer that is a table, but not for the base map, which is a picture and no answer.

    `tables` are all of the schema, with name and type of each column; no view is called like one of them.
    """
    taken = set(tables)
    for layer in layers:
        if layer.name not in tables or (layer.analysis is None and layer.name.startswith(PREFIX)):
            continue
        name = free_name(said(layer.title, lang) or layer.name, layer.name, taken)
        taken.add(name)
        yield View(name, layer.name, list(_columns(layer, tables[layer.name], lang)))


def _columns(layer: Layer, columns: Sequence[tuple[str, str]], lang: str) -> Iterator[ViewColumn]:
    told = {each.name: each for each in layer.columns}
    # The number of the row and the geometry keep their names, by which programs look for them.
    taken = {name for name, _ in columns if name not in told}
    for name, kind in columns:
        if name not in told:
            yield ViewColumn(name, name, kind)
            continue
        called = free_name(said(told[name].label, lang) or name, name, taken)
        taken.add(called)
        codes = {code: said(words, lang) or code for code, words in layer.codes.get(name, {}).items()}
        yield ViewColumn(called, name, kind, codes if kind == "text" else {})


def said(words: Words, lang: str) -> str:
    """Return a text in a language, in English where it has none there."""
    return words.get(lang) or words.get(REFERENCE) or ""


def free_name(text: str, name: str, taken: Collection[str]) -> str:
    """Return a text as a name that is free: short enough, with the technical one behind it where it is taken.

    Examples
    --------
    >>> free_name("Status", "state", {"Status"})
    'Status (state)'
    >>> free_name("Within 500 m a shelter that complies or could be made to, before a flood: Facilities", "f", ())
    'Within 500 m a shelter that complies or could be…: Facilities'
    """
    text = " ".join(text.replace("\0", " ").split())
    found, number = fitted(text), 1
    while found in taken:
        ending = f" ({name})" if number == 1 and len(name.encode()) <= LONGEST_PART else f" ({number})"
        found, number = _cut(text, LONGEST_NAME - len(ending.encode())) + ending, number + 1
    return found


def fitted(text: str) -> str:
    """Return a text that is no longer than a name may be; what stands behind its last colon is kept where it is short.

    Examples
    --------
    >>> fitted("How long the drinking water lasts: Stores")
    'How long the drinking water lasts: Stores'
    """
    head, colon, part = text.rpartition(": ")
    if len(text.encode()) <= LONGEST_NAME or not head or len(part.encode()) > LONGEST_PART:
        return _cut(text, LONGEST_NAME)
    ending = colon + part
    return _cut(head, LONGEST_NAME - len(ending.encode())) + ending


def _cut(text: str, most_bytes: int) -> str:
    """Return the first whole words of a text that has more bytes than `most_bytes`."""
    if len(text.encode()) <= most_bytes:
        return text
    kept = text.encode()[: most_bytes - len(CUT.encode())].decode(errors="ignore")
    words, space, _ = kept.rpartition(" ") if not text[len(kept) :].startswith(" ") else (kept, " ", "")
    return (words if space and len(words) > len(kept) // 2 else kept).rstrip(" ,;:–-(") + CUT
