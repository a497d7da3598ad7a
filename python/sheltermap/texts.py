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
    "leaves": ("leaves the zone", "atstāj zonu"),
    "cannot_leave": ("cannot leave the zone", "nevar atstāt zonu"),
    "people_on_street": ("people along the street: {people}", "cilvēki pa ielu: {people}"),
    "evacuation": ("Evacuation", "Evakuācija"),
    "ways": ("ways, wider where more people go", "ceļi; jo vairāk cilvēku, jo platāki"),
    "street": ("street", "iela"),
    "goes_to": ("goes to", "dodas uz"),
    "leaves_after": ("is out of the zone after", "ir ārpus zonas pēc"),
    "arrives_after": ("arrives after", "ierodas pēc"),
    "arrivals": ("people who come", "cik cilvēku ierodas"),
    "overflow": ("more than it holds", "vairāk, nekā ir vietu"),
    # reasons
    "street_closed": ("the street at the door is closed", "iela pie durvīm ir slēgta"),
    "no_shelter_outside": ("there is no shelter outside the zone", "ārpus zonas nav patvertnes"),
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
    # what to do about a row that cannot be used
    "remedy_missing_geometry": (
        "give its place; until then it counts as unknown",
        "norādiet tās vietu; līdz tam tā skaitās nezināma",
    ),
    "remedy_bad_coordinate": (
        "write the coordinate as a number in the reference system of the layer",
        "rakstiet koordinātu kā skaitli slāņa koordinātu sistēmā",
    ),
    "remedy_bad_number": (
        "write a number or a date that exists, or leave the cell empty",
        "rakstiet esošu skaitli vai datumu vai atstājiet šūnu tukšu",
    ),
    "remedy_damaged_row": (
        "compare the row with its source and write it again",
        "salīdziniet rindu ar tās avotu un ierakstiet to no jauna",
    ),
    "remedy_duplicate_id": (
        "give each row an id of its own, or delete the one that is there twice",
        "piešķiriet katrai rindai savu id vai izdzēsiet to, kas ir divreiz",
    ),
    "remedy_invalid_geometry": (
        "draw it anew, or check what invalid='repair' makes of it",
        "uzzīmējiet no jauna vai pārbaudiet, ko no tā izveido invalid='repair'",
    ),
    "remedy_missing_id": ("give the row an id", "piešķiriet rindai id"),
    "remedy_outside_crs": (
        "correct the place, or name the reference system the coordinates are in with crs=",
        "labojiet vietu vai ar crs= norādiet koordinātu sistēmu, kurā tā dota",
    ),
    "remedy_swapped_axes": (
        "put easting (longitude) first and northing (latitude) second",
        "pirmo rakstiet austrumu koordinātu (garumu), otro – ziemeļu (platumu)",
    ),
    "remedy_unsupported_geometry": (
        "split it into rows of one type: points, lines or polygons",
        "sadaliet to viena veida rindās: punktos, līnijās vai daudzstūros",
    ),
    "no_facility": ("no facility has a place", "nevienam objektam nav zināma vieta"),
    "closed_by_flood": ("the nearest is flooded", "tuvākais ir applūdis"),
    "wrong_category": ("the nearest is of another category", "tuvākais ir citas kategorijas"),
    "not_compliant": ("the nearest does not comply", "tuvākais neatbilst prasībām"),
    "unsuitable": ("the nearest is not fit for a flood", "tuvākais plūdos neder"),
    "suitability_unknown": (
        "nobody knows whether the nearest is fit for a flood",
        "nav zināms, vai tuvākais der plūdos",
    ),
    # reserves
    "usable_stock": ("counts", "skaitās"),
    "expired": ("past its date", "beidzies termiņš"),
    "quantity_unknown": ("the quantity is not known", "daudzums nav zināms"),
    "unit_does_not_fit": ("the unit says nothing of the need", "mērvienība neatbilst vajadzībai"),
    # groups of people, as the demand register calls them
    "people": ("people", "iedzīvotāji"),
    "children": ("children", "bērni"),
    "seniors": ("seniors", "seniori"),
    "reduced_mobility": ("people with reduced mobility", "cilvēki ar kustību traucējumiem"),
    # floods
    "still_covered": ("still covered", "joprojām sasniedzams"),
    "lost": ("loses it", "zaudē"),
    "not_before": ("not covered before either", "nav sasniedzams arī bez plūdiem"),
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
    "capacity_of_all": ("{places} places", "{places} vietas"),
    "capacity_known": ("{places} places, {missing} without a number", "{places} vietas, {missing} bez skaita"),
    "state": ("state", "stāvoklis"),
    "share_before": ("before, %", "pirms, %"),
    "map_during": ("Map: {title}, {scenario}", "Karte: {title}, {scenario}"),
    "usable_facility": ("usable", "izmantojams"),
    "closed_facility": ("cannot be used", "nav izmantojams"),
    "flood_zone": ("flood zone", "plūdu zona"),
    "flood_map": ("Flood: {scenario}", "Plūdi: {scenario}"),
    "nearest_before": ("nearest before the flood", "tuvākais pirms plūdiem"),
    "nearest_in_flood": ("nearest that can be used", "tuvākais, ko var izmantot"),
    "own_place_flooded": ("its own place is flooded", "pati vieta applūst"),
    "state_usable": ("can be used", "izmantojams"),
    "state_flooded": ("is flooded", "applūst"),
    "state_unsuitable": ("not fit for a flood", "plūdos neder"),
    "state_suitability_unknown": ("not known to be fit for a flood", "nav zināms, vai der plūdos"),
    "state_place_unknown": ("place unknown", "vieta nav zināma"),
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
    # streets
    "cut_off": ("cut off", "atgriezts"),
    "not_reached_before": ("not reached before either", "nav sasniedzams arī bez slēgšanas"),
    "closed_street": ("closed streets", "slēgtās ielas"),
    "critical_street": ("streets that matter most", "svarīgākās ielas"),
    "closing_zone": ("zone that closes streets", "zona, kas slēdz ielas"),
    "reach_closed": ("still reached with the streets closed", "sasniedzams arī tad, kad ielas slēgtas"),
    "within_closed": (
        "within {distance} with the streets closed",
        "līdz {distance}, kad ielas slēgtas",
    ),
    "closed_detail": (
        "{before} before; {lost} of {total} are cut off ({unit})",
        "pirms tam {before}; atgriezti {lost} no {total} ({unit})",
    ),
    "critical_figure": ("cut off by closing one street", "atgriezti, ja slēdz vienu ielu"),
    "critical_detail": ("the street that matters most: {street} ({unit})", "svarīgākā iela: {street} ({unit})"),
    "nameless": ("a street without a name", "iela bez nosaukuma"),
    "nameless_ways": ("without a name, {count} ways", "bez nosaukuma, ceļi: {count}"),
    "before_and_after": ("Before and with the streets closed", "Pirms slēgšanas un pēc tās"),
    "cut_off_reasons": ("Who is cut off, and why", "Kas ir atgriezts un kāpēc"),
    "mean_detour": ("mean detour of those who still get there", "vidējais līkums tiem, kas vēl nokļūst"),
    "mean_delay": ("mean delay of those who still get there", "vidējā kavēšanās tiem, kas vēl nokļūst"),
    "closed_streets": ("Closed streets, the longest first", "Slēgtās ielas, sākot ar garāko"),
    "closed_length": ("closed", "slēgts"),
    "critical_streets": (
        "Streets whose closure alone cuts off most",
        "Ielas, kuru slēgšana vien atgriež visvairāk",
    ),
    "critical_why": (
        "Each is closed by itself, with all other streets open, and everything is searched anew.",
        "Katra slēgta viena pati, pārējām ielām esot atvērtām, un viss meklēts no jauna.",
    ),
    "length": ("length", "garums"),
    "people_lost": ("cut off", "atgriezti"),
    "people_using": ("go along it", "iet pa to"),
    "way": ("way no.", "ceļa nr."),
    "along_to": (
        "Along the streets, to the facility; profile: {profile}.",
        "Pa ielām, virzienā uz objektu; profils: {profile}.",
    ),
    "along_from": (
        "Along the streets, from the facility; profile: {profile}.",
        "Pa ielām, virzienā no objekta; profils: {profile}.",
    ),
    "profile": ("profile", "profils"),
    "profile_walk": ("on foot", "kājām"),
    "profile_wheelchair": ("in a wheelchair", "ratiņkrēslā"),
    "profile_car": ("by car", "ar automašīnu"),
    "profile_emergency": ("emergency vehicle", "operatīvais transports"),
    "profile_lines": ("as the layer of lines says", "kā norādīts līniju slānī"),
    "streets": ("streets", "ielas"),
    "streets_counted": (
        "{km} km in {edges} edges of {ways} ways; points missing in the file: {missing}",
        "{km} km, {edges} posmi no {ways} ceļiem; datnē trūkst punktu: {missing}",
    ),
    "snap_limit": ("farthest from a street", "tālākais no ielas"),
    "points_missing": (
        "{count} points that streets lead through are missing in the file: streets may end there.",
        "Datnē trūkst {count} punktu, caur kuriem ved ielas: tur ielas var beigties.",
    ),
    "facilities_not_snapped": (
        "{count} facilities have no street near enough and could not be counted: coverage may be better than shown.",
        "{count} objektiem tuvumā nav ielas, tie nav ieskaitīti: sasniedzamība var būt labāka, nekā rādīts.",
    ),
    "by_duration": ("By time on the way", "Pēc laika ceļā"),
    "durations": (
        "Time on the way to the nearest: median {median}, longest {longest}.",
        "Laiks ceļā līdz tuvākajam: mediāna {median}, ilgākais {longest}.",
    ),
    "attribution": ("attribution", "norāde uz avotu"),
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
    # a register over time
    "register_kept": ("{path}: {rows} rows as “{title}”", "{path}: {rows} rindas kā “{title}”"),
    "register_refused": ("{source}: nothing was changed", "{source}: nekas nav mainīts"),
    "register_on": (" on {day}", " {day}"),
    "changed": (
        "Revision {revision}: added {added}, updated {updated}, closed {closed}, reopened {reopened}.",
        "{revision}. laidiens: pievienotas {added}, atjauninātas {updated}, slēgtas {closed}, atvērtas {reopened}.",
    ),
    "register_new_fields": (
        "The register was made by an older sheltermap; it has got the fields {fields}, empty so far.",
        "Reģistru veidojusi vecāka sheltermap; tam pievienoti lauki {fields}, pagaidām tukši.",
    ),
    "changed_nothing": ("Nothing to change.", "Nav nekā maināma."),
    "version_added": ("added", "pievienota"),
    "version_updated": ("updated", "atjaunināta"),
    "version_closed": ("closed", "slēgta"),
    "version_reopened": ("reopened", "atvērta no jauna"),
    "version_line": (
        "{day}  {change} by {by}: {why} (recorded {at}, revision {revision})",
        "{day}  {change}, {by}: {why} (ierakstīts {at}, {revision}. laidiens)",
    ),
    "version_field": ("{label}: {before} → {after}", "{label}: {before} → {after}"),
    "merge_conflict": (
        "{id}, {field}: it was {base}, the register says {mine}, the copy says {theirs}",
        "{id}, {field}: bija {base}, reģistrā {mine}, kopijā {theirs}",
    ),
    "merge_open": (
        "Nothing was changed; open conflicts: {count}. Give a rule (--take mine or theirs, --missing keep or close) "
        "or list them by --conflicts FILE, fill in its column “take” and give it back by --settled FILE.",
        "Nekas nav mainīts; neizšķirtas pretrunas: {count}. Norādiet likumu (--take mine vai theirs, --missing keep "
        "vai close) vai izrakstiet tās ar --conflicts DATNE, aizpildiet kolonnu “take” un atdodiet ar --settled DATNE.",
    ),
    "merge_would": ("Rows that would change: {count}.", "Mainītās rindas būtu: {count}."),
    "nothing_there": ("empty", "tukšs"),
    "whole_row": ("whole row", "visa rinda"),
    # to-do list
    "todo_of": ("To do in {year}: {count}", "Darāmais {year}. gadā: {count}"),
    "todo_nothing": ("nothing", "nekas"),
    "todo_undated": ("no date", "bez datuma"),
    "todo_skipped": ("Not checked: {what}", "Nav pārbaudīts: {what}"),
    "todo_no_interval": (
        "inspections without a next date (give --every-months)",
        "pārbaudes bez nākamā datuma (norādiet --every-months)",
    ),
    "todo_no_volume": ("volumes (give --min-volume)", "tilpumi (norādiet --min-volume)"),
    "todo_no_settlements": (
        "distances (give --settlements and --within)",
        "attālumi (norādiet --settlements un --within)",
    ),
    "todo_inspection_overdue": (
        "inspect: overdue for {value} days",
        "pārbaudīt: kavējas {value} dienas",
    ),
    "todo_inspection_due": ("inspect", "pārbaudīt"),
    "todo_inspection_unknown": (
        "inspect: no inspection is recorded",
        "pārbaudīt: nav norādīta neviena pārbaude",
    ),
    "todo_expired": (
        "replace the goods: best before {value} days ago",
        "aizstāt krājumu: termiņš pirms {value} dienām",
    ),
    "todo_expiring": ("replace the goods: they reach their date", "aizstāt krājumu: beidzas termiņš"),
    "todo_volume_low": (
        "enlarge or replace: {value} m³, {limit} m³ belong",
        "palielināt vai aizstāt: {value} m³, vajadzīgi {limit} m³",
    ),
    "todo_volume_unknown": ("measure the volume: it is not recorded", "izmērīt tilpumu: tas nav norādīts"),
    "todo_too_far": (
        "review: {value} m from the settlement {settlement}, at most {limit} m belong",
        "pārskatīt: {value} m no apdzīvotās vietas {settlement}, pieļaujami {limit} m",
    ),
    "todo_place_unknown": ("find its place: it is not recorded", "noteikt vietu: tā nav norādīta"),
    "todo_settlement_unknown": (
        "correct the settlement: {settlement} is not in the list",
        "labot apdzīvoto vietu: {settlement} nav sarakstā",
    ),
    "todo_settlement_without": (
        "set up a point: none within {limit} m of the settlement",
        "izveidot vietu: {limit} m robežās no apdzīvotās vietas nav nevienas",
    ),
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
    "unused_wrong_category": ("of another category", "cita kategorija"),
    "unused_not_compliant": ("does not comply", "neatbilst prasībām"),
    "unused_unsuitable": ("not fit for the hazard", "apdraudējumam neder"),
    "unused_closed": ("would not be open", "nebūtu atvērts"),
    "unused": ("Facilities that do not count here", "Objekti, kas šeit netiek skaitīti"),
    "unused_facilities": (
        "{count} facilities do not count: the plan asks for others",
        "{count} objekti netiek skaitīti: plānā prasīti citi",
    ),
    # indicators
    "indicators": ("Indicators: plan and actual", "Rādītāji: plāns un izpilde"),
    "indicator": ("indicator", "rādītājs"),
    "unit": ("unit", "mērvienība"),
    "base_value": ("base", "bāzes vērtība"),
    "plan_actual": ("{year}, plan / actual", "{year}, plāns / izpilde"),
    "forecast": ("forecast (for)", "prognoze (gadam)"),
    "trend_per_year": ("a year", "gadā"),
    "responsible": ("responsible", "atbildīgais"),
    "status_met": ("met", "sasniegts"),
    "status_on_path": ("on the path", "atbilst plānam"),
    "status_behind": ("behind", "atpaliek"),
    "status_off": ("off", "nesasniedz"),
    "status_unknown": ("unknown", "nezināms"),
    # years
    "compared": ("{after} beside {before}", "{after}. gads salīdzinājumā ar {before}. gadu"),
    "change_of": ("{what}: {before} → {after} ({difference})", "{what}: {before} → {after} ({difference})"),
    "cause_standard": ("another standard", "cits normatīvs"),
    "cause_areas": ("other areas", "citas teritorijas"),
    "cause_zones": ("other zones", "citas zonas"),
    "cause_network": ("other streets", "citas ielas"),
    "cause_closed": ("facilities closed", "objekti slēgti"),
    "cause_opened": ("facilities opened", "objekti atvērti"),
    "cause_moved": ("facilities moved", "objekti pārcelti"),
    "cause_changed": ("facilities changed", "objekti mainīti"),
    "cause_data": ("data refused or mended", "dati atteikti vai laboti"),
    "cause_people": ("people came, left or moved", "iedzīvotāju pārmaiņas"),
    "cause_software": ("another version of sheltermap", "cita sheltermap versija"),
    "became_closed": ("closed", "slēgts"),
    "became_opened": ("opened", "atvērts"),
    "became_moved": ("moved by {distance}", "pārcelts par {distance}"),
    "became_renamed": ("renamed: {before} → {after}", "pārdēvēts: {before} → {after}"),
    "became_changed": ("{field}: {before} → {after}", "{field}: {before} → {after}"),
    "matched_unsure": ("matched by {by}, confidence {confidence}", "atrasts pēc: {by}, ticamība {confidence}"),
    "fate_opened": ("new", "jauns"),
    "fate_persists": ("persists", "joprojām ir"),
    "fate_closed": ("closed", "novērsts"),
    "since": ("since", "kopš"),
    "age_years": ("years", "gadi"),
    "people_before": ("people before", "iedzīvotāji iepriekš"),
    "fate": ("what became of it", "kas noticis"),
    "change": ("change", "pārmaiņa"),
    "now": ("now", "tagad"),
    "difference": ("difference", "starpība"),
    "causes": ("Why it changed: the causes sum to the difference", "Kāpēc mainījies: iemeslu summa ir starpība"),
    "facility_changes": ("Facilities that changed", "Mainītie objekti"),
    "gap_changes": ("Gaps", "Iztrūkumi"),
    "not_explained": ("not split into causes: {why}", "nav sadalīts pa iemesliem: {why}"),
    "gained": ("covered now, not before", "tagad sasniedzams, iepriekš ne"),
    "lost_since": ("no longer covered", "vairs nav sasniedzams"),
    "as_before": ("as before", "kā iepriekš"),
    "new_row": ("not there before", "iepriekš nebija"),
    "gone_row": ("no longer there", "vairs nav"),
    "gaps_cut": (
        "{shown} of {total} rows are shown; `--layers` writes all of them, as layer “gaps_change”.",
        "Parādītas {shown} no {total} rindām; visas ieraksta `--layers` slānī “gaps_change”.",
    ),
    "map_year": ("{title}, {year}", "{title}, {year}. gads"),
    "map_change": ("{title}: what changed", "{title}: kas mainījies"),
    "comparison": ("Comparison", "Salīdzinājums"),
    "refused_changes": ("Rows refused", "Atteiktās rindas"),
    "gate_unknown": ("{name}: the figure is not known", "{name}: skaitlis nav zināms"),
    "gate_below": ("{name}: {value} is less than {limit}", "{name}: {value} ir mazāk par {limit}"),
    "gate_above": ("{name}: {value} is more than {limit}", "{name}: {value} ir vairāk par {limit}"),
    "gate_fell": (
        "{name}: {value} after {former}; it may fall by {allowed}",
        "{name}: {value}, iepriekš {former}; drīkst samazināties par {allowed}",
    ),
    "gate_rose": (
        "{name}: {value} after {former}; it may rise by {allowed}",
        "{name}: {value}, iepriekš {former}; drīkst pieaugt par {allowed}",
    ),
    "gate_indicator_off": (
        "{name}: {value} {unit}, no better than at the start; planned {planned}",
        "{name}: {value} {unit}, nav labāk nekā sākumā; plānots {planned}",
    ),
    "gate_indicator_behind": (
        "{name}: {value} {unit}, behind the path; planned {planned}",
        "{name}: {value} {unit}, atpaliek no plāna; plānots {planned}",
    ),
    "gate_indicator_unknown": ("{name}: not known this year", "{name}: šogad nav zināms"),
    "gate_coverage_fell": (
        "covered ({measure}){place}: {after} after {before}",
        "sasniedzams ({measure}){place}: {after}, iepriekš {before}",
    ),
    "gate_gap_opened": ("a new gap: {name}, {people} people", "jauns iztrūkums: {name}, iedzīvotāji: {people}"),
    "gate_closed": ("{name} is no longer in the register", "{name} reģistrā vairs nav"),
    "gate_refused": (
        "{after} rows of “{input}” refused, {before} the year before",
        "no “{input}” atteiktas {after} rindas, iepriekš {before}",
    ),
    "gate_no_former": (
        "{name}: not checked, it compares with an earlier year; give one by --against",
        "{name}: nav pārbaudīts, jo salīdzina ar iepriekšēju gadu; norādiet to ar --against",
    ),
    "gate_former_unknown": (
        "{name}: not checked, the former assessment does not know this figure",
        "{name}: nav pārbaudīts, jo iepriekšējā novērtējumā šis skaitlis nav zināms",
    ),
    "gate_total_smaller": (
        "fewer are counted ({measure}): {after} after {before}",
        "saskaitīts mazāk ({measure}): {after}, iepriekš {before}",
    ),
    "gate_rows_without_weight": (
        "more rows have no number ({measure}) and are in no total: {after} after {before}",
        "vairāk rindu bez skaitļa ({measure}), un tās nav nevienā kopskaitā: {after}, iepriekš {before}",
    ),
    "not_compared": ("Not compared", "Nav salīdzināts"),
    "subject": ("of what", "kas"),
    "why": ("why", "kāpēc"),
    "lacking": (
        "not compared: {part} “{value}” is {where} (figures: {count})",
        "nav salīdzināts: {part} “{value}” ir {where} (skaitļi: {count})",
    ),
    "lacking_analysis": (
        "not compared: this analysis ({value}) is {where} (figures: {count})",
        "nav salīdzināts: šī analīze ({value}) ir {where} (skaitļi: {count})",
    ),
    "lacking_input": (
        "not compared, object by object: this register is {where}",
        "objekti nav salīdzināti: šis reģistrs ir {where}",
    ),
    "lacking_value": (
        "not compared: {value} is known {where} (figures: {count})",
        "nav salīdzināts: {value} ir zināms {where} (skaitļi: {count})",
    ),
    "lacking_before": ("only in the former assessment ({year})", "tikai iepriekšējā novērtējumā ({year})"),
    "lacking_after": ("only in this assessment ({year})", "tikai šajā novērtējumā ({year})"),
    "part_measure": ("the number counted", "skaitāmais"),
    "part_scope": ("the breakdown", "dalījums"),
    "part_area": ("the area", "teritorija"),
    "part_threshold_m": ("the distance in metres", "attālums metros"),
    "part_threshold_s": ("the time in seconds", "laiks sekundēs"),
    "part_scenario": ("the scenario", "scenārijs"),
    "part_category": ("the class or zone", "klase vai zona"),
    "part_figure": ("the figure", "skaitlis"),
    "was_ignored": ("was ignored until {until}: {reason}", "netika ņemts vērā līdz {until}: {reason}"),
    "gate_passed": ("Nothing is worse than the plan allows.", "Nekas nav sliktāk, nekā plāns pieļauj."),
    "gate_failed": ("Worse than the plan allows: {count}.", "Sliktāk, nekā plāns pieļauj: {count}."),
    "state_failed": ("FAILED", "SLIKTĀK"),
    "state_expired": ("EXPIRED", "BEIDZIES"),
    "state_noted": ("noted", "zināšanai"),
    "state_ignored": ("ignored", "neņem vērā"),
    # method
    "method_distance": (
        "Distances are geodesic: the shortest way on the WGS 84 ellipsoid, not along roads. Travel is longer.",
        "Attālumi ir ģeodēziski: īsākais ceļš pa WGS 84 elipsoīdu, nevis pa ceļiem. Īstais ceļš ir garāks.",
    ),
    "method_streets": (
        "Analyses along streets say so: from the door straight to the nearest street, then along streets at planning "
        "speeds; traffic, lights and turn restrictions are not counted. Closed streets are not passed.",
        "Analīzēs pa ielām tas norādīts: no durvīm taisni līdz tuvākajai ielai, tad pa ielām ar plānošanas ātrumu; "
        "satiksme, luksofori un pagriezienu aizliegumi nav ņemti vērā. Pa slēgtām ielām nebrauc un neiet.",
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
