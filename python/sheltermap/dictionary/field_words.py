# SPDX-License-Identifier: Apache-2.0
"""Columns and codes in words: those of the registers by their labels, others without the marks of a file."""

from __future__ import annotations

from functools import cache
from typing import Any

from sheltermap.base import texts
from sheltermap.page.table import Words, text, words_of
from sheltermap.registers.schema import KINDS, Field, schema

CONDITION = "condition_"  # fields of the parts of a shelter, which shortcomings name without this


def column_words(name: str) -> Words:
    """Return what a column is called: the label of a register's field, else its name with spaces between the words.

    Examples
    --------
    >>> column_words("capacity_persons")["lv"], column_words("people_65+")["en"]
    ('Ietilpība, personas', 'people 65+')
    """
    field = _fields().get(name)
    return _spaced(name) if field is None else words_of(field.label)


def is_field(name: str, *, coded: bool = False) -> bool:
    """Return whether a column is called like a register's field; `coded`: like one that holds codes."""
    field = _fields().get(name)
    return field is not None and (bool(field.codes) or not coded)


def code_words(code: Any, column: str | None = None) -> Words:
    """Return what a code says: by its column, where that is a register's field with that code, else as all have it.

    Examples
    --------
    >>> code_words("water_supply")["lv"], code_words("none", "compliance")["en"], code_words("care_home")["en"]
    ('ūdensapgāde', 'none', 'care home')
    """
    said = text(code)
    field = None if column is None else _fields().get(column)
    if field is not None:
        label = next((words_of(each.label) for each in field.codes if each.code == said), None)
        if label is not None:
            return label
    labels = _codes().get(said, [])
    return labels[0] if len(labels) == 1 else _spaced(said)


def answer_words(answer: Any) -> Words:
    """Return a column and what stands in it, "compliance none", in words."""
    column, _, code = text(answer).partition(" ")
    if column not in _fields():
        return dict.fromkeys(texts.LANGUAGES, text(answer))
    value = code_words(code, column)
    return {lang: f"{label}: {value[lang]}" for lang, label in column_words(column).items()}


def parts_words(given: Any) -> Words:
    """Return several codes of parts, with semicolons between them, in words."""
    parts = [_part(each.strip()) for each in text(given).split(";")]
    return {lang: "; ".join(part[lang] for part in parts) for lang in texts.LANGUAGES}


def _part(code: str) -> Words:
    field = _fields().get(f"{CONDITION}{code}")
    if field is None:
        return _spaced(code)
    return {lang: field.label.get(lang).rpartition(": ")[2] for lang in texts.LANGUAGES}


def _spaced(name: str) -> Words:
    return dict.fromkeys(texts.LANGUAGES, name.replace("_", " "))


@cache
def _fields() -> dict[str, Field]:
    """Return the fields of all registers by name; of several of one name the first."""
    found: dict[str, Field] = {}
    for kind in KINDS:
        for name, field in schema(kind).fields.items():
            found.setdefault(name, field)
    return found


@cache
def _codes() -> dict[str, list[Words]]:
    """Return what each code says in some register, each once."""
    found: dict[str, list[Words]] = {}
    for field in (field for kind in KINDS for field in schema(kind).fields.values()):
        for code in field.codes:
            words = words_of(code.label)
            if words not in found.setdefault(code.code, []):
                found[code.code].append(words)
    return found
