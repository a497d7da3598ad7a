# SPDX-License-Identifier: Apache-2.0
"""XML from files that nobody here wrote: read part by part, nothing of it believed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import IO, NoReturn
from xml.parsers import expat

from sheltermap._native import _core

_AT_ONCE = 1 << 16
_MOST_LEVELS = 256


def read_parts(
    stream: IO[bytes],
    source: str,
    begin: Callable[[str, Mapping[str, str]], None],
    text: Callable[[str], None],
    end: Callable[[str], None],
) -> None:
    """Call `begin` with the name and the attributes of each element, `text` with pieces of text, `end` with the name.

    Names come without their prefix, for whoever writes these files writes any prefix, and sometimes one that is not
    declared. A document that declares entities is refused: nobody needs them here, and they may grow without an end.

    Raises
    ------
    ReadError
        If it is not XML, is in an encoding that nobody knows, declares a type, or is nested more than 256 levels deep.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    levels, begun = 0, False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal levels, begun
        levels, begun = levels + 1, True
        if levels > _MOST_LEVELS:
            raise _core.ReadError(f"{source} is damaged: its XML is nested more than {_MOST_LEVELS} levels deep")
        begin(_local(name), attributes)

    def close(name: str) -> None:
        nonlocal levels
        levels -= 1
        end(_local(name))

    def declared(*_: object) -> NoReturn:
        raise _core.ReadError(f"{source} is refused: its XML declares a type (DOCTYPE), which such files never need")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, close, text
    parser.StartDoctypeDeclHandler = declared
    try:
        for chunk in _chunks(stream):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = f"line {error.lineno}, column {error.offset + 1}: {expat.ErrorString(error.code)}"
        raise _core.ReadError(f"{source} is damaged: its XML cannot be read, {what}") from None
    except (LookupError, ValueError) as error:
        if begun:
            raise
        # Of an encoding that expat does not know Python is asked, which may not know it either.
        raise _core.ReadError(f"{source} says an encoding that cannot be read: {error}; save it as UTF-8") from None


def _chunks(stream: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: stream.read(_AT_ONCE), b"")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def attribute(attributes: Mapping[str, str], name: str) -> str | None:
    """Return an attribute, whatever its prefix."""
    return next((value for key, value in attributes.items() if _local(key) == name), None)
