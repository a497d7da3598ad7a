# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a row, why, and what to do about it, in English and Latvian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sheltermap.base import texts

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Reason:
    """Why a value is refused or to be checked; `{…}` is filled in from the finding."""

    message: tuple[str, str]  #: English, Latvian
    remedy: tuple[str, str]
    severity: Severity = "error"


# What `sheltermap.read` refuses; both sentences stand in the texts.
_POSITION = Reason(
    ("{position_en}: {detail}", "{position_lv}: {detail}"),
    ("{remedy_en}", "{remedy_lv}"),
)
REASONS: dict[str, Reason] = {
    "missing_value": Reason(
        ("“{label}” is empty", "“{label}” ir tukšs"),
        ("fill it in: a row cannot be used without it", "aizpildiet: bez tā rindu nevar izmantot"),
    ),
    "missing_column": Reason(
        ("there is no column for “{label}” ({field})", "nav kolonnas “{label}” ({field})"),
        (
            'add it, or say in the mapping which one it is: {field} = "…"; the file has: {columns}',
            'pievienojiet to vai norādiet kartējumā: {field} = "…"; datnē ir: {columns}',
        ),
    ),
    "missing_word": Reason(
        ("“{value}” says that it is not known", "“{value}” nozīmē, ka nav zināms"),
        (
            "leave the cell empty, or list the word in the mapping: missing = [{value!r}]",
            "atstājiet šūnu tukšu vai norādiet vārdu kartējumā: missing = [{value!r}]",
        ),
        "warning",
    ),
    "not_a_number": Reason(
        ("“{value}” is not a number", "“{value}” nav skaitlis"),
        ("write a number{unit_en}, or leave the cell empty", "rakstiet skaitli{unit_lv} vai atstājiet šūnu tukšu"),
    ),
    "number_with_text": Reason(
        ("“{value}” is a number with words", "“{value}” ir skaitlis ar vārdiem"),
        (
            "write {suggestion}{unit_en} if that is what is meant; another unit belongs into the mapping",
            "rakstiet {suggestion}{unit_lv}, ja tas domāts; cita mērvienība jānorāda kartējumā",
        ),
    ),
    "ambiguous_number": Reason(
        ("“{value}” may mean {first} or {second}", "“{value}” var nozīmēt {first} vai {second}"),
        (
            'write it without a mark for thousands, or say in the mapping: decimal = ","',
            'rakstiet bez tūkstošu atdalītāja vai norādiet kartējumā: decimal = ","',
        ),
    ),
    "not_whole": Reason(
        ("{value} is not a whole number", "{value} nav vesels skaitlis"),
        ("count whole ones", "norādiet veselu skaitu"),
    ),
    "below_minimum": Reason(
        ("{value} is less than {limit}{unit_en}", "{value} ir mazāk par {limit}{unit_lv}"),
        ("correct it, or leave the cell empty if it is not known", "labojiet vai atstājiet tukšu, ja nav zināms"),
    ),
    "above_maximum": Reason(
        ("{value} is more than {limit}{unit_en}", "{value} ir vairāk par {limit}{unit_lv}"),
        (
            "correct it; if it is in another unit, say so in the mapping",
            "labojiet; ja tā ir cita mērvienība, norādiet to kartējumā",
        ),
    ),
    "doubtful_zero": Reason(
        ("“{label}” is 0", "“{label}” ir 0"),
        ("leave the cell empty if it is not known", "atstājiet šūnu tukšu, ja nav zināms"),
        "warning",
    ),
    "not_a_date": Reason(
        ("“{value}” is not a date", "“{value}” nav datums"),
        ("write it as 2025-02-28 or 28.02.2025", "rakstiet 2025-02-28 vai 28.02.2025"),
    ),
    "no_such_date": Reason(
        ("there is no day “{value}”", "dienas “{value}” nav"),
        ("correct the day or the month", "labojiet dienu vai mēnesi"),
    ),
    "ambiguous_date": Reason(
        ("“{value}” may mean {readings}", "“{value}” var nozīmēt {readings}"),
        (
            'write it as 2024-03-02, or say in the mapping how dates are written: date_format = "%d/%m/%y"',
            'rakstiet kā 2024-03-02 vai norādiet kartējumā datumu formātu: date_format = "%d/%m/%y"',
        ),
    ),
    "serial_number": Reason(
        ("“{value}” is a number, not a date", "“{value}” ir skaitlis, nevis datums"),
        (
            "give the column the format of a date; if a spreadsheet counted the days, it is {suggestion}",
            "piešķiriet kolonnai datuma formātu; ja izklājlapa skaitīja dienas, tas ir {suggestion}",
        ),
    ),
    "future_date": Reason(
        ("{value} lies ahead", "{value} ir nākotnē"),
        ("correct it: it tells what has been done", "labojiet: tas stāsta par paveikto"),
    ),
    "date_out_of_range": Reason(
        ("the year of {value} cannot be meant", "gads datumā {value} nav ticams"),
        ("correct the year: 1850 to 2150", "labojiet gadu: no 1850 līdz 2150"),
    ),
    "not_yes_or_no": Reason(
        ("“{value}” is neither yes nor no", "“{value}” nav ne jā, ne nē"),
        ("write yes or no, or leave the cell empty", "rakstiet jā vai nē, vai atstājiet šūnu tukšu"),
    ),
    "code_outside_list": Reason(
        ("“{value}” is not in the list", "“{value}” nav sarakstā"),
        ("{meant_en}choose one of: {allowed_en}", "{meant_lv}izvēlieties vienu no: {allowed_lv}"),
    ),
    "number_for_text": Reason(
        ("“{value}” has become a number", "“{value}” ir pārvērties par skaitli"),
        (
            "give the column the format of text in the spreadsheet and write the identifier again",
            "izklājlapā piešķiriet kolonnai teksta formātu un ierakstiet identifikatoru no jauna",
        ),
    ),
    "leading_zeros_lost": Reason(
        (
            "“{value}” has {count} digits where {digits} belong: zeros in front seem lost",
            "“{value}” ir {count} cipari, bet jābūt {digits}: šķiet, ka priekšā zudušas nulles",
        ),
        (
            "write {suggestion} if that is meant, in a column with the format of text",
            "rakstiet {suggestion}, ja tas domāts, kolonnā ar teksta formātu",
        ),
    ),
    "wrong_digits": Reason(
        ("“{value}” does not have {digits} digits", "“{value}” nav {digits} ciparu"),
        (
            "correct it, or say in the mapping how many digits there are: digits = …",
            "labojiet vai norādiet kartējumā ciparu skaitu: digits = …",
        ),
    ),
    "duplicate_id": Reason(
        ("row {other} has the same identifier", "tāds pats identifikators ir {other}. rindai"),
        ("give each its own", "piešķiriet katrai savu"),
    ),
    "doubled_row": Reason(
        ("the row says the same as row {other}", "rinda atkārto {other}. rindu"),
        ("delete one of them", "izdzēsiet vienu no tām"),
    ),
    "same_place": Reason(
        ("row {other} lies in exactly the same place", "tieši tajā pašā vietā ir {other}. rinda"),
        (
            "check whether it is the same object entered twice",
            "pārbaudiet, vai tas nav viens un tas pats objekts, ievadīts divreiz",
        ),
        "warning",
    ),
    "greater_than_other": Reason(
        (
            "“{label}” {value} is greater than “{other_label}” {other}",
            "“{label}” {value} ir lielāks par “{other_label}” {other}",
        ),
        ("correct one of the two", "labojiet vienu no abiem"),
        "warning",
    ),
    "wrong_geometry": Reason(
        ("the row is a {given}", "rindas ģeometrija ir {given}"),
        ("this register holds {wanted}", "šajā reģistrā jābūt {wanted}"),
    ),
    # of a register with a history
    "id_taken": Reason(
        ("there is a row “{value}” already", "rinda “{value}” jau ir"),
        ("update that row, or give this one an identifier of its own", "atjauniniet to vai piešķiriet šai savu"),
    ),
    "id_closed": Reason(
        ("the row “{value}” was closed on {other}", "rinda “{value}” slēgta {other}"),
        (
            "reopen it if it is the same object; an identifier is never given to another",
            "atveriet to no jauna, ja objekts ir tas pats; identifikatoru nekad nepiešķir citam",
        ),
    ),
    "id_unknown": Reason(
        ("there is no row “{value}”", "rindas “{value}” nav"),
        ("correct the identifier, or add the row", "labojiet identifikatoru vai pievienojiet rindu"),
    ),
    "id_without_zeros": Reason(
        (
            "there is no row “{value}”, but “{other}”: a spreadsheet seems to have turned identifiers into numbers",
            "rindas “{value}” nav, bet ir “{other}”: šķiet, ka izklājlapa identifikatorus pārvērtusi skaitļos",
        ),
        (
            "write {other}, in a column with the format of text, or edit a copy in .xlsx, which keeps the zeros; for "
            "another object, choose an identifier that differs in more than zeros",
            "rakstiet {other} kolonnā ar teksta formātu vai labojiet .xlsx kopiju, kas nulles saglabā; citam objektam "
            "izvēlieties identifikatoru, kas atšķiras ne tikai ar nullēm",
        ),
    ),
    "stands_there": Reason(
        (
            "the row “{other}”{name} stands {distance} m from here",
            "{distance} m no šīs vietas ir rinda “{other}”{name}",
        ),
        (
            "check whether it is the same object under another identifier; if so, close one of the two",
            "pārbaudiet, vai tas nav tas pats objekts ar citu identifikatoru; ja ir, slēdziet vienu no abiem",
        ),
        "warning",
    ),
    "not_closed": Reason(
        ("the row “{value}” is not closed", "rinda “{value}” nav slēgta"),
        ("update it instead", "tā vietā to atjauniniet"),
    ),
    "before_last_change": Reason(
        ("{value} lies before the last change of the row, {other}", "{value} ir pirms rindas pēdējām izmaiņām {other}"),
        ("give that day or a later one", "norādiet šo vai vēlāku dienu"),
    ),
    "unknown_field": Reason(
        ("a register of this kind has no field “{value}”", "šāda veida reģistrā nav lauka “{value}”"),
        ("its fields are: {columns}", "tā lauki ir: {columns}"),
    ),
    "no_positions": Reason(
        ("no columns with coordinates were found", "nav atrastas koordinātu kolonnas"),
        (
            'name them in the mapping: x = "…", y = "…", crs = "EPSG:3059"; every row counts as “place unknown”',
            'norādiet kartējumā: x = "…", y = "…", crs = "EPSG:3059"; visas rindas ir “vieta nav zināma”',
        ),
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to check in a register."""

    row: int | None  #: from 1, without the line of names; None for the whole table
    id: str | None
    field: str | None
    column: str | None  #: as the file names it
    value: str | None
    reason: str
    suggestion: str | None
    details: dict[str, Any]

    @property
    def severity(self) -> Severity:
        """An error is not used in any answer; a warning is, and should be looked at."""
        return self._reason.severity

    @property
    def _reason(self) -> Reason:
        return REASONS.get(self.reason, _POSITION)

    def message(self, lang: str) -> str:
        """Say what is wrong."""
        return self._say(self._reason.message, lang)

    def remedy(self, lang: str) -> str:
        """Say what to do."""
        return self._say(self._reason.remedy, lang)

    def lines(self, lang: str) -> tuple[str, str]:
        """Return where and what, then what to do."""
        return f"  {self._place(lang)}: {self.message(lang)}", f"      → {self.remedy(lang)}"

    def _place(self, lang: str) -> str:
        if self.row is None:
            return texts.say("register_table", lang)
        parts = [texts.say("register_row", lang, row=self.row)]
        parts += [f"id {self.id}"] if self.id is not None else []
        parts += [self.column or self.field or ""]
        return ", ".join(part for part in parts if part)

    def _say(self, words: tuple[str, str], lang: str) -> str:
        known = {name: texts.pick(value, lang) for name, value in self.details.items()}
        if self.reason not in REASONS:
            known |= {f"position_{each}": texts.say(self.reason, each) for each in texts.LANGUAGES}
            known |= {f"remedy_{each}": texts.say(f"remedy_{self.reason}", each) for each in texts.LANGUAGES}
        known |= {"value": self.value, "field": self.field, "suggestion": self.suggestion}
        return words[texts.LANGUAGES.index(lang)].format(**known)
