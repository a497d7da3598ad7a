# SPDX-License-Identifier: Apache-2.0
"""A warning as a text for the duty officer: first whether it is meant, then what is not known, then what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheltermap.base import texts
from sheltermap.base.invisible import visible

NAMED = 25  # facilities in the area that are named of one layer
NEAREST = 5  # of those outside, of one layer
Told = Mapping[str, Any]  #: `Warned.to_dict()`


def lines(told: Told, lang: str) -> Iterator[str]:
    """Give the lines of a warning, from its plain data."""
    if not told["is_actual"]:
        yield f"===== {banner(told['status'], lang)} ====="
    yield from _heads(told, lang)
    for part in told["parts"]:
        yield ""
        yield from _part(part, len(told["parts"]) > 1, lang)
    yield from _missing(told, lang)
    yield from _people(told, lang)
    yield from _facilities(told, lang)
    yield from _scenarios(told, lang)
    if told["illustrative"]:
        names = ", ".join(told["titles"][name][lang] for name in told["illustrative"])
        yield ""
        yield texts.say("illustrative_figure", lang, inputs=names)
    if told["notes"]:
        yield ""
        for note in told["notes"]:
            yield f"- {_line(note[lang])}"
    if not told["is_actual"]:
        yield f"===== {banner(told['status'], lang)} ====="


def banner(status: str, lang: str) -> str:
    """Return the words, in capitals, that a message is not meant."""
    return texts.say(f"alert_status_{status.casefold()}", lang)


def _heads(told: Told, lang: str) -> Iterator[str]:
    yield texts.say(f"warned_{told['state']}", lang)
    yield texts.say("warned_at", lang, at=_time(told["at"]))
    for each in told["cancelled"]:
        who = texts.say("alert_from", lang, sender=_line(each["sender"]), sent=_time(each["sent"]))
        yield f"{texts.say('alert_cancels', lang, what=_line(', '.join(each['cancels'])))} {who}"
        if each["note"]:
            yield f"  {_line(each['note'])}"
    for each in told["ended"]:
        who = texts.say("alert_from", lang, sender=_sender(each, lang), sent=_time(each["sent"]))
        yield f"{texts.say('alert_ended', lang, event=_line(each['event'][lang]))} {who}"


def _part(part: Told, numbered: bool, lang: str) -> Iterator[str]:
    number = f"{part['part']}. " if numbered else ""
    colour = texts.say(f"alert_colour_{part['colour']}", lang).upper()
    yield f"{number}{colour}: {_line(part['event'][lang])}"
    yield texts.say("alert_from", lang, sender=_sender(part, lang), sent=_time(part["sent"]))
    if part["expires"] is None:
        yield texts.say("alert_holds_from", lang, begins=_time(part["begins"]))
    else:
        yield texts.say("alert_holds", lang, begins=_time(part["begins"]), expires=_time(part["expires"]))
    yield texts.say("alert_areas", lang, areas="; ".join(map(_line, part["areas"][lang])) or "–")
    for said in ("headline", "description", "instruction"):
        if part[said][lang]:
            yield _line(part[said][lang])


def _line(text: str) -> str:
    """Return what a stranger wrote as one line, in which nothing is hidden: none of it passes for our own words."""
    return visible(" ".join(text.split()))


def _sender(part: Told, lang: str) -> str:
    return _line(part["sender_name"][lang] or part["sender"])


def _missing(told: Told, lang: str) -> Iterator[str]:
    missing = [each for part in told["parts"] for each in part["areas_not_known"]]
    if not missing:
        return
    yield ""
    yield texts.say("area_not_known", lang).upper()
    for each in missing:
        codes = f" ({_line(', '.join(each['codes']))})" if each["codes"] else ""
        yield f"  {_line(each['area']) or '–'}{codes}: {texts.say('alert_' + each['reason'], lang)}"
    yield texts.say("area_not_known_means", lang)


def _people(told: Told, lang: str) -> Iterator[str]:
    if not told["people"]:
        return
    yield ""
    yield texts.say("warned_people", lang).upper()
    for each in told["people"]:
        weighted = "rows" if each["measure"] == "rows" else each["measure"]
        measure = texts.say("warned_rows", lang) if weighted == "rows" else weighted
        part = "" if each["part"] is None else f", {each['part']}."
        counts = {key: texts.number(each[key]) for key in ("total", "inside", "outside", "unknown")}
        said = texts.say("warned_counts", lang, **counts)
        yield f"  {told['titles'][each['input']][lang]}{part} ({measure}): {said}"
        if each["rows_without_weight"]:
            count = texts.number(each["rows_without_weight"])
            yield f"    {texts.say('warned_without_weight', lang, count=count)}"


def _facilities(told: Told, lang: str) -> Iterator[str]:
    for each in told["facilities"]:
        yield ""
        yield told["titles"][each["input"]][lang].upper()
        counts = {key: texts.number(each[key]) for key in ("total", "inside", "outside", "unknown")}
        yield f"  {texts.say('warned_counts', lang, **counts)}"
        inside = [row for row in told["facilities_inside"] if row["input"] == each["input"]]
        for row in inside[:NAMED]:
            why = "" if row["usable"] else f" – {_unused(row['reason'], lang)}"
            yield f"    {_called(row)}{why}"
        if len(inside) > NAMED:
            yield f"    {texts.say('and_more', lang, count=len(inside) - NAMED).strip()}"
        yield from _near([row for row in told["facilities_near"] if row["input"] == each["input"]], told, lang)


def _near(rows: Sequence[Told], told: Told, lang: str) -> Iterator[str]:
    if not rows:
        return
    yield f"  {texts.say('warned_near', lang)}"
    for row in rows[:NEAREST]:
        near = texts.distance(row["nearest_m"], lang)
        people = told["titles"][row["people_input"]][lang]
        said = texts.say("warned_near_for", lang, count=texts.number(row["people"]), people=people, distance=near)
        yield f"    {_called(row)}: {said}"
    if len(rows) > NEAREST:
        yield f"    {texts.say('and_more', lang, count=len(rows) - NEAREST).strip()}"


def _called(row: Told) -> str:
    return row["name"] if row["name"] == row["id"] else f"{row['name']} ({row['id']})"


def _unused(reason: str, lang: str) -> str:
    return texts.say(f"unused_{reason}", lang) if f"unused_{reason}" in texts.TEXTS else reason


def _scenarios(told: Told, lang: str) -> Iterator[str]:
    if not told["scenarios"]:
        return
    yield ""
    yield texts.say("warned_scenarios", lang).upper()
    for each in told["scenarios"]:
        title = f" – {texts.pick(each['title'], lang)}" if "title" in each else ""
        why = texts.say(f"scenario_by_{each['by']}", lang, rule=_rule(each, lang), at_least=_limit(each, lang))
        yield f"  {each['scenario']}{title} ({why})"


def _rule(scenario: Told, lang: str) -> str:
    """Return what the plan says, as it says it; a level as the language writes numbers."""
    return scenario["rule"] if scenario["by"] == "warning" else texts.decimal(scenario["rule"], lang)


def _limit(scenario: Told, lang: str) -> str:
    told = scenario["at_least"]
    return texts.say(f"alert_colour_{told}", lang) if scenario["by"] == "warning" else texts.decimal(told, lang)


def _time(iso: str) -> str:
    """Write a time of ISO 8601 with its zone for people: seconds only where there are some."""
    day, _, clock = iso.partition("T")
    time, zone = clock[:8], clock[8:].removeprefix(".000000")
    return f"{day} {time.removesuffix(':00')} {zone or 'UTC'}".replace("+00:00", "UTC")
