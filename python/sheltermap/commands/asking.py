# SPDX-License-Identifier: Apache-2.0
"""Questions on the terminal, each with an answer that Enter takes; where nobody sits there, that answer is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.commands.console import printable


@dataclass(frozen=True)
class Asking:
    """Asks in a language; `asks` says whether somebody is there to answer."""

    lang: str
    asks: bool

    def say(self, key: str, **values: Any) -> str:
        """Return a text of ``new.…``."""
        return texts.say(f"new.{key}", self.lang, **values)

    def count(self, key: str, count: int) -> str:
        """Return a text of ``new.…`` about so many."""
        return texts.counted(f"new.{key}", count)[self.lang]

    def tell(self, text: str) -> None:
        """Say something beside the result."""
        typer.echo(printable(text), err=True)

    def text(self, key: str, default: str, **values: Any) -> str:
        """Ask for a text."""
        return self._answer(self.say(key, **values), default, str)

    def limit(self, key: str, default: str, check: Callable[[Limit], None]) -> Limit:
        """Ask for a distance or a time until it is one that `check` does not refuse by a ValueError."""

        def read(text: str) -> Limit:
            limit = Limit.parse(text)
            check(limit)
            return limit

        return self._answer(self.say(key), default, read)

    def choice(self, key: str, words: Mapping[str, str], default: str) -> str:
        """Ask for one of some values, which are called by `words`; return the value.

        Its beginning is enough, where no other begins so.
        """
        shown = f"{self.say(key)} ({', '.join(words.values())})"

        def chosen(given: str) -> str:
            exact = [value for value, word in words.items() if given in (word, value)]
            folded = given.strip().casefold()
            begins = [value for value, word in words.items() if folded and word.casefold().startswith(folded)]
            if len(found := exact or begins) != 1:
                raise ValueError(self.say("answers", choices=", ".join(words.values())))
            return found[0]

        return self._answer(shown, words[default], chosen)

    def column(self, key: str, columns: Sequence[str], default: str | None) -> str | None:
        """Ask for one of some columns, or none."""
        if not columns:
            return default
        none = self.say("none")
        return self.choice(key, {**{each: each for each in columns}, "": none}, default or "") or None

    def _answer(self, question: str, default: str, read: Callable[[str], Any]) -> Any:
        while self.asks:
            try:
                return read(typer.prompt(printable(question), default=printable(default), err=True))
            except ValueError as error:
                self.tell(str(error))
        return read(default)
