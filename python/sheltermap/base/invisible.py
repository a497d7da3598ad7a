# SPDX-License-Identifier: Apache-2.0
"""Characters that nobody sees, by their names in Unicode: in a message they would make two names look alike."""

from __future__ import annotations

import unicodedata

_SEEN = {" ", "\n"}
_HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Zs"}  # control and format characters, and spaces
_FILLERS = {"\u034f", "\u115f", "\u1160", "\u3164", "\uffa0"}  # letters and marks that show nothing
_CONTROLS = {"\t": "TAB", "\r": "CARRIAGE RETURN", "\x7f": "DELETE"}


def visible(text: str) -> str:
    """Return a text in which characters that nobody sees stand by their names; spaces and new lines stay.

    Examples
    --------
    >>> visible("people\u200b"), visible("1\u00a0250")
    ('people‹ZERO WIDTH SPACE›', '1‹NO-BREAK SPACE›250')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"‹{_name(char)}›" if _is_hidden(char) else char for char in text)


def shown_text(text: str) -> str:
    """Return a text between quotation marks as `repr` writes it, characters that nobody sees by their names.

    Examples
    --------
    >>> print(shown_text("60" + chr(0x200B)))
    '60‹ZERO WIDTH SPACE›'
    """
    return repr(visible(text))


def _is_hidden(char: str) -> bool:
    return char not in _SEEN and (unicodedata.category(char) in _HIDDEN or char in _FILLERS)


def _name(char: str) -> str:
    return _CONTROLS[char] if char in _CONTROLS else unicodedata.name(char, f"U+{ord(char):04X}")
