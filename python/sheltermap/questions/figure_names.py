# SPDX-License-Identifier: Apache-2.0
"""What figures are called in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.language import REFERENCE

if TYPE_CHECKING:
    from sheltermap.page.table import Words
    from sheltermap.questions.kind import Kind

TOTAL = "total"


def figure_name(kind: Kind, figure: str) -> Words:
    """Return what a figure of a kind is called; its code where nobody has given it a name."""
    if figure == TOTAL and all(each.figure != TOTAL for each in kind.judged()):
        return texts.both(TOTAL)  # `figure_total` is that of those to be sent out, of which more is worse
    key = next((key for key in (f"figure_{figure}", figure) if is_word(key)), None)
    return dict.fromkeys(texts.LANGUAGES, figure.replace("_", " ")) if key is None else texts.both(key)


def is_word(key: str) -> bool:
    """Whether there is a text with a key that needs nothing put in."""
    return key in texts.TEXTS and "{" not in texts.TEXTS[key][REFERENCE]
