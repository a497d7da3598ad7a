# SPDX-License-Identifier: Apache-2.0
"""The words of reports, maps and the terminal in every language, and how numbers are written in each."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from sheltermap.base.language import LANGUAGES as LANGUAGES
from sheltermap.base.language import REFERENCE, all_words
from sheltermap.base.limits import Limit

WHOLE_FROM = 1000  # from there on a tenth says nothing to who reads a report; tables of figures have all digits
THIN = "\u202f"  # narrow no-break space between thousands: read alike in all languages

# A decimal point before a unit, alone or in a range: what data call something may have others, of dates and codes.
MEASURED = re.compile(
    r"(?<![\w.,])(\d{1,9})\.(\d{1,9})(?=(?: ?[-–] ?\d{1,9}(?:\.\d{1,9})?)? ?(?:%|‰|(?:m|km|m/s|h|min)\b))"
)

# By key, then by language.
TEXTS = all_words()
YES_NO = {lang: (TEXTS["yes"][lang], TEXTS["no"][lang]) for lang in LANGUAGES}


def say(key: str, lang: str, **values: Any) -> str:
    """Return a text in `lang`, with `values` (a dict by language, or the same for all) put in."""
    words = pick(TEXTS[key], lang)
    return words.format(**{name: pick(value, lang) for name, value in values.items()})


def why_key(reason: str) -> str:
    """Return the key of the words for a reason where no flood has taken a facility: those of one left out near by."""
    return near if (near := f"near_{reason}") in TEXTS else reason


def both(key: str, **values: Any) -> dict[str, str]:
    """Return a text in every language."""
    return {lang: say(key, lang, **values) for lang in LANGUAGES}


def counted(key: str, count: int, **values: Any) -> dict[str, str]:
    """Return a text about so many in every language: the one with the ending ``_one`` where a language says one.

    Examples
    --------
    >>> counted("ends_unjoined", 1)["en"][:22], counted("ends_unjoined", 21)["lv"][:11]
    ('1 street ends within 5', '21 iela bei')
    """

    def words(lang: str) -> str:
        is_one = any(fnmatchcase(str(count), each) for each in say("this.one", lang).split())
        return say(f"{key}_one" if is_one else key, lang, count=number(count), **values)

    return {lang: words(lang) for lang in LANGUAGES}


def and_more(count: int, named: int, lang: str) -> str:
    """Say how many more there are than were named; nothing where all were.

    Examples
    --------
    >>> and_more(1_395, 5, "lv"), and_more(5, 5, "en")
    (' un vēl 1\u202f390', '')
    """
    return say("and_more", lang, count=number(count - named)) if count > named else ""


class Note(str):
    """Something to be known of an answer: the text in English, and the same in every language as `words`."""

    words: dict[str, str]
    key: str
    ids: dict[str, tuple[str, ...]]
    values: dict[str, Any]

    @classmethod
    def of(cls, key: str, ids: Mapping[str, Sequence[str]] | None = None, /, **values: Any) -> Note:
        """Return the note with a key among the texts; `ids` are those of its values that may have names.

        A whole number as `count` chooses between one and several, as in `counted`.
        """
        return cls._said(key, {name: tuple(each) for name, each in (ids or {}).items()}, values, {})

    def called(self, names: Mapping[str, Mapping[str, str]]) -> Note:
        """Return the note with names, in every language, in the place of ids.

        Examples
        --------
        >>> note = Note.of("impact_no_damage", {"scenarios": ["gas", "storm"]})
        >>> note.called({"gas": {"en": "“Gas leak”", "lv": "“Gāzes noplūde”"}})
        'No curve says what “Gas leak”, storm destroys: it has no damage.'
        """
        return self._said(self.key, self.ids, self.values, names)

    def counting(self, value: str) -> Note:
        """Return the note with the count alone of what a value lists: "5" for "5 (a, b, c and 2 more)".

        Examples
        --------
        >>> note = Note.of("site_nowhere", people="9", rows="3 (a, b, c)")
        >>> note.counting("rows")
        'no candidate and no existing facility reaches these rows, with 9 people: 3'
        """
        if value not in self.values:
            return self
        count, _, _ = str(self.values[value]).partition(" (")
        return self._said(self.key, self.ids, {**self.values, value: count}, {})

    @classmethod
    def _said(
        cls, key: str, ids: dict[str, tuple[str, ...]], values: dict[str, Any], names: Mapping[str, Mapping[str, str]]
    ) -> Note:
        listed = {
            value: {lang: ", ".join(pick(names.get(each, each), lang) for each in mine) for lang in LANGUAGES}
            for value, mine in ids.items()
        }
        match values:
            case {"count": int(count), **others}:
                words = counted(key, count, **listed, **others)
            case _:
                words = both(key, **listed, **values)
        note = cls(words[REFERENCE])
        note.words, note.key, note.ids, note.values = words, key, ids, values
        return note


def words_of_note(note: str) -> dict[str, str]:
    """Return a note in every language; one that is not among the texts is the same in all."""
    return note.words if isinstance(note, Note) else dict.fromkeys(LANGUAGES, note)


def any_of(choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Say in every language that it is one of several, each named in that language."""
    return {lang: f" {say('this.or', lang)} ".join(named) for lang, named in choices.items()}


def pick(value: Any, lang: str) -> Any:
    """Return the part of `value` for `lang`, or `value` itself when it is the same for all; ValueError without such.

    What was not given in `lang` is said in English: a kind of analysis from outside may know fewer languages.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be one of {', '.join(map(repr, LANGUAGES))}, not {lang!r}")
    if isinstance(value, _Number):
        return decimal(value, lang)
    return value[lang if lang in value else REFERENCE] if isinstance(value, dict) else value


class _Number(str):
    """A number with decimals, whose mark each language writes its own way when it is picked."""


def number(value: float) -> str:
    """Write a count: thousands apart, decimals only where there are some and it is below a thousand.

    Examples
    --------
    >>> number(145_602.97).replace(THIN, " "), number(12.5), say("places_of", "lv", part=number(12.5), total="20")[:4]
    ('145 603', '12.5', '12,5')
    >>> number(-3), number(-0.5)
    ('−3', '−0.5')
    """
    if not math.isfinite(value):
        return "–"
    if value == round(value) or abs(value) >= WHOLE_FROM:
        return _with_minus(f"{value:,.0f}".replace(",", THIN))
    return _Number(_with_minus(f"{value:.1f}"))


def significant(value: float, digits: int = 4) -> str:
    """Write a number with so many digits that count, thousands apart, never as a power of ten.

    Examples
    --------
    >>> significant(66_866.7).replace(THIN, " "), significant(0.015728), significant(20.0), significant(float("inf"))
    ('66 870', '0.01573', '20', '∞')
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞"
    return f"{Decimal(f'{value:.{digits}g}').normalize():,f}".replace(",", THIN)


def decimal(text: str, lang: str) -> str:
    """Write a decimal point the way `lang` does."""
    return _with_minus(text.replace(".", pick(TEXTS["this.decimal_mark"], lang)))


def _with_minus(text: str) -> str:
    """Write the sign of a number below 0 as print does; a hyphen would part it from its digits at the end of a line."""
    return f"−{text[1:]}" if text.startswith("-") else text


def name(called: Any) -> dict[str, str]:
    """Return what data call something in every language: amounts in it as each language writes them, all else as it is.

    Examples
    --------
    >>> name("0.5 %")["lv"], name("0.5–1.5 m")["lv"], name("0.5 %")["en"], name("St. Anna 2.1")["lv"]
    ('0,5 %', '0,5–1,5 m', '0.5 %', 'St. Anna 2.1')
    """
    marks = {lang: pick(TEXTS["this.decimal_mark"], lang) for lang in LANGUAGES}
    return {lang: MEASURED.sub(rf"\1{mark}\2", str(called)) for lang, mark in marks.items()}


def decimals(text: str) -> dict[str, str]:
    """Write a number, given with a decimal point, in every language."""
    return {lang: decimal(text, lang) for lang in LANGUAGES}


def rounded(value: float, digits: int = 3) -> dict[str, str]:
    """Write an amount in every language: so many digits that count, and never fewer than all before the decimal mark.

    Examples
    --------
    >>> rounded(0.123456)["lv"], rounded(145602.97)["en"], rounded(float("nan"))["en"]
    ('0,123', '145\u202f603', '–')
    """
    if not math.isfinite(value):
        return dict.fromkeys(LANGUAGES, "–")
    places = 0 if value == 0 else max(0, digits - 1 - math.floor(math.log10(abs(value))))
    written = f"{value:,.{places}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return decimals(written.replace(",", THIN))


def signed(value: float) -> dict[str, str]:
    """Write a change with its sign in every language.

    Examples
    --------
    >>> signed(12.5)["lv"], signed(-3)["en"], signed(0)["en"]
    ('+12,5', '−3', '0')
    """
    sign = "+" if value > 0 else ""
    return decimals(f"{sign}{number(value)}")


def distance(metres: float | Limit, lang: str, *, digits: int = 1) -> str:
    """Write a distance in whole metres below one kilometre, else in kilometres; a limit that is a time as a duration.

    Examples
    --------
    >>> distance(500, "en"), distance(100_000, "en"), distance(102_976.5, "lv")
    ('500 m', '100 km', '103,0 km')
    """
    if isinstance(metres, Limit):
        return duration(metres.value, lang) if metres.in_time else distance(metres.value, lang, digits=digits)
    if not math.isfinite(metres):
        return "–"
    if metres < 1000:
        return f"{metres:.0f} m"
    kilometres = metres / 1000
    whole = kilometres == round(kilometres)
    text = f"{kilometres:,.0f}" if whole else f"{kilometres:,.{digits}f}"
    return decimal(text.replace(",", THIN), lang) + " km"


def duration(seconds: float, lang: str) -> str:
    """Write a time in seconds below two minutes, else in minutes.

    Examples
    --------
    >>> duration(90, "en"), duration(900, "lv"), duration(1234, "lv")
    ('90 s', '15 min', '20,6 min')
    """
    if not math.isfinite(seconds):
        return "–"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return decimal(f"{minutes:.0f}" if minutes == round(minutes) else f"{minutes:.1f}", lang) + " min"


def distances(metres: float | Limit, *, digits: int = 1) -> dict[str, str]:
    """Write a distance, or a limit by its unit, in every language."""
    return {lang: distance(metres, lang, digits=digits) for lang in LANGUAGES}


def durations(seconds: float) -> dict[str, str]:
    """Write a time in every language."""
    return {lang: duration(seconds, lang) for lang in LANGUAGES}


def date(day: datetime.date | str, lang: str) -> str:
    """Write a day, or the day of a moment in ISO 8601, in words.

    Examples
    --------
    >>> date("2027-03-03T10:00:00Z", "en"), date("2027-03-03", "lv")
    ('3 March 2027', '2027. gada 3. marts')
    """
    told = datetime.date.fromisoformat(day[:10]) if isinstance(day, str) else day
    month = say("this.months", lang).split()[told.month - 1]
    return say("this.date", lang, day=str(told.day), month=month, year=str(told.year))


def dates(day: datetime.date | str) -> dict[str, str]:
    """Write a day in words in every language."""
    return {lang: date(day, lang) for lang in LANGUAGES}


def areas(square_metres: float) -> dict[str, str]:
    """Write an area in every language, in square kilometres from a tenth of one.

    Examples
    --------
    >>> areas(12_500)["en"], areas(1_250_000)["lv"]
    ('12\u202f500 m²', '1,25 km²')
    """
    if not math.isfinite(square_metres):
        return dict.fromkeys(LANGUAGES, "–")
    large = square_metres >= 100_000
    shown = f"{square_metres / 1e6:,.2f} km²" if large else f"{square_metres:,.0f} m²"
    return decimals(shown.replace(",", THIN))


def hectares(square_metres: float) -> dict[str, str]:
    """Write an area in hectares in every language.

    Examples
    --------
    >>> hectares(12_600)["en"], hectares(1_250_000)["lv"]
    ('1.3 ha', '125,0 ha')
    """
    if not math.isfinite(square_metres):
        return dict.fromkeys(LANGUAGES, "–")
    shown = f"{square_metres / 1e4:,.1f} ha".replace(",", THIN)
    return decimals(shown)


def share(part: float, lang: str) -> str:
    """Write a share, or a multiple, in per cent; 100 % and 0 % only when it is all or nothing.

    Examples
    --------
    >>> share(0.954, "en"), share(0.99999, "en"), share(0.00001, "lv"), share(1.0, "lv"), share(1.31, "en")
    ('95.4 %', '> 99.9 %', '< 0,1 %', '100 %', '131.0 %')
    >>> share(-0.1429, "lv")
    '−14,3 %'
    """
    if not math.isfinite(part):
        return "–"
    if part < 0:
        size = share(-part, lang)
        return {"<": f"> −{size[2:]}", ">": f"< −{size[2:]}"}.get(size[0], f"−{size}")
    if part in (0, 1):
        return f"{part * 100:.0f} %"
    if 0.999 < part < 1:
        return decimal("> 99.9 %", lang)
    if part < 0.001:
        return decimal("< 0.1 %", lang)
    return decimal(f"{part * 100:.1f} %", lang)


def shares(part: float) -> dict[str, str]:
    """Write a share in every language."""
    return {lang: share(part, lang) for lang in LANGUAGES}
