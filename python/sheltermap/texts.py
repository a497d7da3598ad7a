# SPDX-License-Identifier: Apache-2.0
"""The words of reports, maps and the terminal in English and Latvian, and how numbers are written in each."""

from __future__ import annotations

import math
from typing import Any

from sheltermap.limits import Seconds

LANGUAGES = ("en", "lv")
THIN = "\u202f"  # narrow no-break space between thousands: read alike in both languages
YES_NO = {"en": ("yes", "no"), "lv": ("jā", "nē")}

TEXTS: dict[str, tuple[str, str]] = {
    # states of a row
    "covered": ("covered", "sasniedzams"),
    "uncovered": ("not covered", "nav sasniedzams"),
    "unknown": ("unknown", "nezināms"),
    "within": ("within {distance}", "līdz {distance}"),
    "beyond": ("beyond {distance}", "tālāk par {distance}"),
    "reached": ("with a known distance", "ar zināmu attālumu"),
    "inside": ("in a zone", "zonā"),
    "outside": ("in no zone", "ārpus zonām"),
    "facilities": ("facilities", "objekti"),
    "zones": ("zones", "zonas"),
    # reasons
    "too_far": ("the nearest is farther", "tuvākais ir tālāk"),
    "not_snapped": ("no street is near enough", "tuvumā nav ielas"),
    "no_path": ("no way leads there", "tur neved neviens ceļš"),
    "missing_geometry": ("place unknown", "vieta nav zināma"),
    "bad_coordinate": ("a coordinate is not a finite number", "koordināta nav galīgs skaitlis"),
    "bad_number": ("no number where one belongs", "skaitļa vietā ir kas cits"),
    "damaged_row": ("the row is damaged", "rinda ir bojāta"),
    "duplicate_id": ("the id occurs twice", "id atkārtojas"),
    "invalid_geometry": ("the polygon breaks the rules", "daudzstūris neatbilst noteikumiem"),
    "missing_id": ("there is no id", "nav id"),
    "outside_crs": ("outside the area of the reference system", "ārpus koordinātu sistēmas apgabala"),
    "swapped_axes": ("the axes are swapped", "asis ir samainītas"),
    "unsupported_geometry": ("geometry of mixed types", "jaukta veida ģeometrija"),
    "no_facility": ("no facility has a place", "nevienam objektam nav zināma vieta"),
    "closed_by_flood": ("the nearest is flooded", "tuvākais ir applūdis"),
    "wrong_category": ("of another category", "cita kategorija"),
    "not_compliant": ("not compliant", "neatbilst"),
    "unsuitable": ("the nearest is not fit for a flood", "tuvākais plūdos neder"),
    "suitability_unknown": (
        "nobody knows whether the nearest is fit for a flood",
        "nav zināms, vai tuvākais der plūdos",
    ),
    # groups of people, as the demand register calls them
    "people": ("people", "iedzīvotāji"),
    "children": ("children", "bērni"),
    "seniors": ("seniors", "seniori"),
    "reduced_mobility": ("people with reduced mobility", "cilvēki ar kustību traucējumiem"),
    # floods
    "still_covered": ("still covered", "joprojām sasniedzams"),
    "lost": ("loses it", "zaudē"),
    "not_before": ("not covered before either", "nav sasniedzams arī bez plūdiem"),
    "usable": ("usable", "izmantojams"),
    "flooded": ("flooded", "applūst"),
    "place_unknown": ("place unknown", "vieta nav zināma"),
    "before": ("before", "pirms"),
    "during": ("during {scenario}", "{scenario} plūdos"),
    "loses": ("lose it in {scenario}", "zaudē {scenario} plūdos"),
    "in_flood_zone": ("live in the zone", "dzīvo zonā"),
    "flood_figure": ("within {distance} in the {scenario} flood", "līdz {distance} {scenario} plūdos"),
    "flood_detail": (
        "{before} before; {lost} lose it, {in_zone} live in the zone ({unit})",
        "pirms tam {before}; zaudē {lost}, zonā dzīvo {in_zone} ({unit})",
    ),
    "scenario": ("scenario", "scenārijs"),
    "by_scenario": ("Before and during the flood", "Pirms plūdiem un plūdos"),
    "supply": ("What is left of the facilities", "Kas paliek no objektiem"),
    "closed": ("Facilities that cannot be used", "Objekti, ko nevar izmantot"),
    "none_closed": ("Every facility can be used in every scenario.", "Visi objekti ir izmantojami visos scenārijos."),
    "places_capacity": ("places", "vietas"),
    "state": ("state", "stāvoklis"),
    "share_before": ("before, %", "pirms, %"),
    "map_during": ("Map: {title}, {scenario}", "Karte: {title}, {scenario}"),
    "usable_facility": ("usable", "izmantojams"),
    "closed_facility": ("cannot be used", "nav izmantojams"),
    "flood_zone": ("flood zone", "plūdu zona"),
    # gaps
    "place": ("place {number}", "{number}. vieta"),
    "other_places": ("further places", "pārējās vietas"),
    "gaps": ("Places to act on, most people first", "Vietas, kur jārīkojas, sākot ar lielāko"),
    "rank": ("no.", "nr."),
    "gap_figure": ("beyond {distance}, in {places} places", "tālāk par {distance}, {places} vietās"),
    "gap_detail": (
        "the largest: {people} of {total} {unit}",
        "lielākajā: {people} no {total} ({unit})",
    ),
    "farthest": ("farthest", "tālākais"),
    # report: frame
    "language": ("Language", "Valoda"),
    "assessment": ("Assessment", "Novērtējums"),
    "made": ("Made {created} with sheltermap {version}", "Izveidots {created} ar sheltermap {version}"),
    "illustrative": ("illustrative data", "izdomāti dati"),
    "illustrative_banner": (
        "Some figures rest on illustrative data, not on a real register: {inputs}. They are marked.",
        "Daļa skaitļu balstās uz izdomātiem datiem, nevis īstu reģistru: {inputs}. Tie ir atzīmēti.",
    ),
    "illustrative_figure": ("rests on illustrative data: {inputs}", "balstās uz izdomātiem datiem: {inputs}"),
    "key_figures": ("Key figures", "Galvenie skaitļi"),
    "of": ("{part} of {total} {unit}", "{part} no {total} ({unit})"),
    "at_least_one": ("at least one within {distance}", "vismaz viens līdz {distance}"),
    "weight_missing": (
        "{rows} rows have no figure in “{measure}”: they are in no total",
        "{rows} rindām nav skaitļa laukā “{measure}”: tās nav iekļautas kopsummās",
    ),
    "and_more": (" and {count} more", " un vēl {count}"),
    "refused_from": (
        "{count} rows of “{input}” could not be used; they count as unknown (see the report)",
        "{count} rindas no “{input}” nevarēja izmantot; tās ir nezināmas (sk. pārskatu)",
    ),
    # report: sections
    "by_distance": ("By distance", "Pēc attāluma"),
    "by_area": ("By area", "Pa teritorijām"),
    "by_class": ("By number", "Pēc skaita"),
    "by_zone": ("By zone", "Pa zonām"),
    "position unknown": ("place unknown", "vieta nav zināma"),
    "inside any zone": ("in any zone", "kādā zonā"),
    "outside every zone": ("in no zone", "nevienā zonā"),
    "outside every area": ("outside every area", "ārpus visām teritorijām"),
    "all": ("all", "kopā"),
    "not_covered": ("Who is not covered, and why", "Kas nav sasniedzams un kāpēc"),
    "everyone_covered": (
        "Every row is within {distance}.",
        "Visas rindas ir līdz {distance}.",
    ),
    "cut": (
        "{shown} of {total} rows are shown; all are in the layer “{layer}” of assessment.gpkg.",
        "Parādītas {shown} no {total} rindām; visas ir slānī “{layer}” datnē assessment.gpkg.",
    ),
    "reasons": ("Reasons, summing to the gap", "Iemesli, kuru summa ir iztrūkums"),
    "borderline": ("To be checked by hand", "Pārbaudāmi ar roku"),
    "borderline_why": (
        "So close to the limit that the error of the coordinates may decide.",
        "Tik tuvu robežai, ka var izšķirt koordinātu kļūda.",
    ),
    "rows_without_weight": ("Rows with an unknown number", "Rindas ar nezināmu skaitu"),
    "distances": (
        "Distance to the nearest: median {median}, longest {longest}.",
        "Attālums līdz tuvākajam: mediāna {median}, lielākais {longest}.",
    ),
    "lower_bound": (
        "{count} facilities have no place and could not be counted: coverage may be better than shown.",
        "{count} objektiem vieta nav zināma, tie nav ieskaitīti: sasniedzamība var būt labāka, nekā rādīts.",
    ),
    "longest": ("longest {distance}", "lielākais {distance}"),
    "median_distance": ("median distance to the nearest", "attāluma mediāna līdz tuvākajam"),
    "map_of": ("Map: {title}", "Karte: {title}"),
    "refused_rows": ("Rows that could not be used", "Rindas, ko nevarēja izmantot"),
    "refused_why": (
        "They count as unknown in every total.",
        "Visās kopsummās tās skaitītas kā nezināmas.",
    ),
    "nothing_refused": (
        "Every row of every input could be used.",
        "Visu ievades datņu visas rindas bija izmantojamas.",
    ),
    "inputs": ("Inputs", "Ievades dati"),
    "standards": ("Standards", "Normatīvi"),
    "no_standards": (
        "No standard is used; the distances are the plan's own.",
        "Normatīvi nav izmantoti; attālumus nosaka plāns.",
    ),
    "method": ("Method and limits", "Metode un ierobežojumi"),
    "versions": ("Versions", "Versijas"),
    # map page
    "coverage": ("Coverage", "Sasniedzamība"),
    "exposure": ("What lies in the zones", "Kas atrodas zonās"),
    "not_on_map": (
        "{count} rows have no known place and are not on the map.",
        "{count} rindām vieta nav zināma, un kartē to nav.",
    ),
    "grouped": (
        "{count} rows are too many to draw one by one: those of one kind within about {distance} are one circle.",
        "{count} rindas ir par daudz, lai zīmētu katru: viena veida rindas aptuveni {distance} robežās ir viens aplis.",
    ),
    "simplified": (
        "Outlines are simplified: off by up to {distance}.",
        "Robežlīnijas ir vienkāršotas: novirze līdz {distance}.",
    ),
    "rows_together": ("{count} rows", "rindas: {count}"),
    "still": (
        "A picture only: this browser does not draw maps (it has no WebGL, or scripts are off).",
        "Tikai attēls: šī pārlūkprogramma kartes nezīmē (tai nav WebGL vai ir izslēgti skripti).",
    ),
    "show_all": ("Show all", "Rādīt visu"),
    "zoom_in": ("Zoom in", "Tuvināt"),
    "zoom_out": ("Zoom out", "Tālināt"),
    "close": ("Close", "Aizvērt"),
    "map": ("Map", "Karte"),
    "facility": ("facility", "objekts"),
    "yes": ("yes", "jā"),
    "no": ("no", "nē"),
    # columns
    "name": ("name", "nosaukums"),
    "area": ("area", "teritorija"),
    "distance": ("distance", "attālums"),
    "duration": ("time on the way", "laiks ceļā"),
    "nearest_facility": ("nearest", "tuvākais"),
    "reason": ("reason", "iemesls"),
    "limit": ("limit", "robeža"),
    "total": ("total", "kopā"),
    "share": ("covered, %", "sasniedz, %"),
    "measure": ("counted", "skaitīts"),
    "input": ("input", "ievade"),
    "row": ("row", "rinda"),
    "id": ("id", "id"),
    "detail": ("detail", "sīkāk"),
    "rows": ("rows", "rindas"),
    "refused": ("refused", "atteiktas"),
    "crs": ("reference system", "koordinātu sistēma"),
    "file": ("file", "datne"),
    "source": ("source", "avots"),
    "licence": ("licence", "licence"),
    "note": ("note", "piezīme"),
    "standard": ("standard", "normatīvs"),
    "status": ("status", "statuss"),
    "confirmed": ("confirmed", "apstiprināts"),
    "partial": ("confirmed in part", "daļēji apstiprināts"),
    "unconfirmed": ("unconfirmed", "neapstiprināts"),
    "class": ("within {distance}", "līdz {distance}"),
    "zone": ("zone", "zona"),
    # registers
    "register_of": ("{source}: {rows} rows as “{title}”", "{source}: {rows} rindas kā “{title}”"),
    "register_row": ("row {row}", "{row}. rinda"),
    "register_table": ("whole table", "visa tabula"),
    "register_clean": ("Nothing to mend.", "Nav nekā labojama."),
    "register_counts": (
        "To mend: {errors}. To look at: {warnings}. What is to be mended counts as unknown until then.",
        "Jālabo: {errors}. Jāpārbauda: {warnings}. Kas jālabo, līdz tam skaitās nezināms.",
    ),
    "register_state": ("Filled, empty, refused of {rows} rows:", "Aizpildīts, tukšs, atteikts no {rows} rindām:"),
    "register_unused": ("Columns not used: {columns}", "Neizmantotās kolonnas: {columns}"),
    "register_given": ("given by the mapping", "noteikts kartējumā"),
    # state of a register
    "grades": ("By grade", "Pēc novērtējuma"),
    "not_recorded": ("not recorded", "nav norādīts"),
    "compliance_full": ("full compliance", "pilnīga atbilstība"),
    "compliance_partial": ("partial compliance", "daļēja atbilstība"),
    "compliance_none": ("no compliance", "neatbilst"),
    "to_mend": ("to be mended", "jālabo"),
    "nothing_to_mend": ("nothing to mend", "nav jālabo"),
    "fully_compliant": ("fully compliant", "pilnībā atbilst"),
    "places_of": ("{part} of {total} places", "{part} no {total} vietām"),
    "improvement_figure": ("EUR for the improvements needed", "EUR nepieciešamajiem uzlabojumiem"),
    "improvement_detail": (
        "{rows} objects need one, {missing} of them without a known cost",
        "vajadzīgi {rows} objektiem, no tiem {missing} izmaksas nav zināmas",
    ),
    "to_mend_figure": ("values to be mended in the register", "reģistrā jālabo vērtības"),
    "to_mend_detail": (
        "in {rows} of {total} rows; {warnings} more to be looked at",
        "{rows} no {total} rindām; vēl jāpārbauda {warnings}",
    ),
    "to_mend_rows": ("What is to be mended in the register", "Kas reģistrā jālabo"),
    "and_unknown": ("{number}, {count} not known", "{number}, {count} nav zināms"),
    "conditions": ("Condition, part by part", "Stāvoklis pa daļām"),
    "part": ("part", "daļa"),
    "improvements": (
        "Improvements needed, the cheapest place first",
        "Nepieciešamie uzlabojumi, sākot ar lētāko vietu",
    ),
    "no_improvements": ("No object is recorded as needing one.", "Nevienam objektam tas nav norādīts."),
    "per_place": ("EUR per place", "EUR par vietu"),
    "field": ("field", "lauks"),
    "finding": ("what is wrong", "kas nav kārtībā"),
    "remedy": ("what to do", "ko darīt"),
    "findings_cut": (
        "{shown} of {total} are shown; sheltermap inspect lists all.",
        "Parādīti {shown} no {total}; visus uzskaita sheltermap inspect.",
    ),
    "fields": ("What is filled in", "Kas ir aizpildīts"),
    "filled": ("filled", "aizpildīts"),
    "empty": ("empty", "tukšs"),
    "unused": ("Facilities that do not count here", "Objekti, kas šeit netiek skaitīti"),
    "unused_facilities": (
        "{count} facilities do not count: the plan asks for others",
        "{count} objekti netiek skaitīti: plānā prasīti citi",
    ),
    # method
    "method_distance": (
        "Distances are geodesic: the shortest way on the WGS 84 ellipsoid, not along roads. Travel is longer.",
        "Attālumi ir ģeodēziski: īsākais ceļš pa WGS 84 elipsoīdu, nevis pa ceļiem. Īstais ceļš ir garāks.",
    ),
    "method_limit": (
        "A place exactly at a limit counts as within it. What could not be decided is unknown, never “not covered”.",
        "Vieta tieši uz robežas skaitās sasniedzama. Ko nevarēja noteikt, ir nezināms, nevis “nav sasniedzams”.",
    ),
    "method_points": (
        "A town or other place is one point; all its people are counted there.",
        "Apdzīvota vai cita vieta ir viens punkts; visi tās iedzīvotāji skaitīti tajā.",
    ),
    "method_repeat": (
        "The same inputs give the same figures. Inputs are named by their SHA-256, so this report can be checked.",
        "Vienādi ievades dati dod vienādus skaitļus. Datnes norādītas ar SHA-256, tāpēc pārskatu var pārbaudīt.",
    ),
}


def say(key: str, lang: str, **values: Any) -> str:
    """Return a text in `lang`, with `values` (a dict by language, or the same for all) put in."""
    words = TEXTS[key][LANGUAGES.index(lang)]
    return words.format(**{name: pick(value, lang) for name, value in values.items()})


def both(key: str, **values: Any) -> dict[str, str]:
    """Return a text in every language."""
    return {lang: say(key, lang, **values) for lang in LANGUAGES}


def pick(value: Any, lang: str) -> Any:
    """Return the part of `value` for `lang`, or `value` itself when it is the same for all."""
    return value[lang] if isinstance(value, dict) else value


def number(value: float) -> str:
    """Write a count: thousands apart, decimals only where there are some."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    return text.replace(",", THIN)


def decimal(text: str, lang: str) -> str:
    """Write a decimal point the way `lang` does."""
    return text.replace(".", ",") if lang == "lv" else text


def distance(metres: float, lang: str, *, digits: int = 1) -> str:
    """Write a distance in whole metres below one kilometre, else in kilometres; `Seconds` as a duration.

    Examples
    --------
    >>> distance(500, "en"), distance(100_000, "en"), distance(102_976.5, "lv")
    ('500 m', '100 km', '103,0 km')
    """
    if not math.isfinite(metres):
        return "–"
    if isinstance(metres, Seconds):
        return duration(metres, lang)
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


def distances(metres: float) -> dict[str, str]:
    """Write a distance in every language."""
    return {lang: distance(metres, lang) for lang in LANGUAGES}


def share(part: float, lang: str) -> str:
    """Write a share in per cent; 100 % and 0 % only when it is all or nothing.

    Examples
    --------
    >>> share(0.954, "en"), share(0.99999, "en"), share(0.00001, "lv"), share(1.0, "lv")
    ('95.4 %', '> 99.9 %', '< 0,1 %', '100 %')
    """
    if not math.isfinite(part):
        return "–"
    if part in (0, 1):
        return f"{part * 100:.0f} %"
    if part > 0.999:
        return decimal("> 99.9 %", lang)
    if part < 0.001:
        return decimal("< 0.1 %", lang)
    return decimal(f"{part * 100:.1f} %", lang)


def shares(part: float) -> dict[str, str]:
    """Write a share in every language."""
    return {lang: share(part, lang) for lang in LANGUAGES}
