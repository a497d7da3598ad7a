# SPDX-License-Identifier: Apache-2.0
"""Why a figure is what it is: the rows that make it up, formula, query, standard, inputs, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sheltermap.assessments.former import former, recorded_summary
from sheltermap.base import texts
from sheltermap.base.in_short import Short, ToldInShort, counted, name_of
from sheltermap.base.language import REFERENCE
from sheltermap.base.limits import LimitLike
from sheltermap.base.progress import shows_progress
from sheltermap.base.scenarios import scenario_label
from sheltermap.base.sql_quoting import quoted
from sheltermap.evidence.asked_figures import AskedFigures
from sheltermap.evidence.choosing import chosen_figure, names_of
from sheltermap.evidence.indicator_terms import Terms, terms_of
from sheltermap.evidence.input_files import inputs_of
from sheltermap.questions.figure_names import figure_name, is_word
from sheltermap.questions.figure_source import GEOMETRY
from sheltermap.questions.figures import records, threshold_in
from sheltermap.years.judged_figures import figure_words, place_words

if TYPE_CHECKING:
    from sheltermap.evidence.stored_layers import StoredLayers
    from sheltermap.questions.figure_source import Source, Sum
    from sheltermap.questions.kind import Kind
    from sheltermap.runs.assessment import Former

NEAR = 1e-9  #: of a number: sums of parts of people are rounded
SAME_PLACE = ("analysis", "measure", "scope", "area", "threshold_m", "threshold_s", "scenario")
UNSURE = ("borderline", "unknown", "rows_without", "without_", "fails_unknown", "undated", "refused", "not_ranked")
ALSO_UNSURE = ("_unknown", "rows_without_weight")  #: how other names of such figures end
KEY = (*SAME_PLACE, "figure", "category")  #: what tells one figure of a year from another
REASON = "reason"


@dataclass(frozen=True, repr=False)
class Why(ToldInShort):
    """Why a figure, or an indicator, is what it is.

    Attributes
    ----------
    name : str
        Analysis and figure, with a point between; of an indicator its id.
    figure : dict
        The figure as ``summary.json`` has it; of an indicator its row among the indicators.
    title : dict of str
        What it is called, by language.
    value : float
        NaN where it is not known.
    unit : dict of str
        By language; "1" of shares.
    formula : dict of str
        How it is counted, in one sentence, by language.
    sql : str or None
        A query on ``assessment.gpkg`` that gives the number; None where no query can, and `formula` says why.
    counted : float or None
        What the query gives now.
    agrees : bool or None
        Whether that is the value: exactly of counts, to 1e-9 of it else; None without a query.
    parts : DataFrame
        The sums of rows that it is made of: ``part`` (from 1), ``layer``, ``condition`` (SQL), ``rows``, ``value``.
    reasons : DataFrame
        Why rows of the last part are not as one would have them: ``reason``, ``rows`` and what they sum to, ``value``.
    standards : DataFrame
        ``id``, ``title``, ``distance_m``, ``source``, ``status`` of the standards that the analysis names.
    inputs : DataFrame
        What it was made from, with SHA-256 and what became of the files since; see `state` there.
    unsure : DataFrame
        How sure it is: figures of the same people that tell of borders and of what is not known, ``figure``, ``value``,
        ``unit`` and ``title`` by language.
    before : float or None
        What it was in the former assessment, if one was named, and it had it.
    before_year : int or None
    figures : dict of Why
        Of an indicator, the figures in its expression by name.
    notes : list of dict of str
        What a reader has to know, by language: as that the GeoPackage was changed.

    Examples
    --------
    >>> import pandas as pd
    >>> import sheltermap as sm
    >>> of = {"part": [1], "layer": ["near"], "condition": ["within_500m"], "rows": [1], "value": [3.0]}
    >>> none = [pd.DataFrame()] * 4
    >>> words = {"en": "People with a shelter near"}, 3.0, {"en": "people"}, {"en": "Those who have one near."}
    >>> sm.Why("near.covered", {}, *words, "SELECT 3", 3.0, True, pd.DataFrame(of), *none)
    <Why: near.covered
      = 3 people
      Those who have one near.
      SELECT 3>
    """

    name: str
    figure: Mapping[str, Any]
    title: Mapping[str, str]
    value: float
    unit: Mapping[str, str]
    formula: Mapping[str, str]
    sql: str | None
    counted: float | None
    agrees: bool | None
    parts: pd.DataFrame
    reasons: pd.DataFrame
    standards: pd.DataFrame
    inputs: pd.DataFrame
    unsure: pd.DataFrame
    before: float | None = None
    before_year: int | None = None
    figures: Mapping[str, Why] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)
    _asked: AskedFigures | None = field(default=None, repr=False)
    _sums: tuple[Sum, ...] = field(default=(), repr=False)
    _ids: tuple[str, ...] = ()

    def rows(self, part: int = 1) -> pd.DataFrame:
        """Return the rows of a part of it: all columns of its layer but the geometry, the row's number, ``fid``, first.

        Parameters
        ----------
        part : int
            Its number in `parts`.

        Returns
        -------
        DataFrame

        Raises
        ------
        ValueError
            If there is no such part.
        """
        return self._read(part, "*")

    def ids(self, part: int = 1) -> list[Any]:
        """Return what names the rows of a part: their ids in the input, else their numbers in the layer.

        Parameters
        ----------
        part : int
            Its number in `parts`.

        Returns
        -------
        list

        Raises
        ------
        ValueError
            If there is no such part.
        """
        asked, layers = self._part(part)
        there = layers.columns(asked.layer)
        named = next((each for each in self._ids if each in there), "fid")
        return list(self._read(part, quoted(named))[named])

    def _read(self, part: int, columns: str) -> pd.DataFrame:
        asked, layers = self._part(part)
        where = f" WHERE {asked.condition}" if asked.where else ""
        found = layers.frame(f"SELECT {columns} FROM {quoted(asked.layer)}{where}")
        return found.drop(columns=[each for each in (GEOMETRY,) if each in found])

    def _part(self, part: int) -> tuple[Sum, StoredLayers]:
        """Return a part by its number, and where its rows are."""
        if not 1 <= part <= len(self._sums) or self._asked is None:
            raise ValueError(f"{self.name} has {counted(self._sums, 'part')}; there is no part {part}")
        return self._sums[part - 1], self._asked.layers

    def to_dict(self) -> dict[str, Any]:
        """Return all of it but the rows as plain data, sentences in every language."""
        told = {
            "name": self.name,
            "figure": {key: _plain(value) for key, value in self.figure.items()},
            "title": dict(self.title),
            "value": _plain(self.value),
            "unit": dict(self.unit),
            "formula": dict(self.formula),
            "sql": self.sql,
            "counted": _plain(self.counted),
            "agrees": self.agrees,
            "before": _plain(self.before),
            "before_year": self.before_year,
            "notes": self.notes,
            "ids": {str(part): [_plain(each) for each in self.ids(part)] for part in self.parts["part"]},
            "figures": {name: each.to_dict() for name, each in self.figures.items()},
        }
        tables = {name: getattr(self, name) for name in ("parts", "reasons", "standards", "inputs", "unsure")}
        return told | {
            name: [{key: _plain(value) for key, value in row.items()} for row in records(table)]
            for name, table in tables.items()
        }

    def _in_short(self) -> Short:
        number = "not known" if math.isnan(self.value) else f"{self.value:.15g} {self.unit[REFERENCE]}"
        how = self.sql or "no query gives it"
        return Short(name_of(self.name), [f"= {number}", self.formula[REFERENCE], how], self.parts, "parts")


@shows_progress
def why(
    folder: str | Path,
    figure: str,
    *,
    area: str | None = None,
    measure: str | None = None,
    threshold: LimitLike | None = None,
    scenario: str | None = None,
    category: str | None = None,
    against: str | Path | None = None,
    data: str | Path | None = None,
) -> Why:
    """Say why a figure of an assessment is what it is.

    Parameters
    ----------
    folder : path-like
        The assessment, as `sheltermap.run` left it.
    figure : str
        Analysis and figure, with a point between: ``"gaps_shelter.covered_share"``; or an indicator, by its id.
    area : str, optional
        Of which area; also ``"outside every area"`` and ``"position unknown"``. By default the figure of all.
    measure : str, optional
        Which column is counted, or ``"rows"``; by default what the analysis counts.
    threshold : float, str or Limit, optional
        Within which distance or time, a number in the figure's own unit (m or s) or a text as ``"15 min"``.
    scenario, category : str, optional
        As the figure has them; of an indicator with groups, `category` is the name of one.
    against : path-like, optional
        A former assessment, to tell what the figure was.
    data : path-like, optional
        Folder of the plan, where the paths of the inputs start. By default the current one, and those above the
        assessment.

    Returns
    -------
    Why

    Raises
    ------
    ReadError
        If a folder is no assessment, was made by a version that recorded less, or its GeoPackage is gone or damaged.
    ValueError
        If there is no such figure, with what may have been meant, or several fit, with what tells them apart.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "homes.csv").write_text('''id,people,lon,lat
    ... A,3,24.105,56.950
    ... B,5,24.205,56.950
    ... ''')
    >>> _ = (folder / "shelters.csv").write_text('''id,lon,lat
    ... S1,24.106,56.951
    ... ''')
    >>> _ = (folder / "plan.toml").write_text('''
    ... schema = 1
    ... title = "Shelters"
    ... year = 2026
    ... [inputs]
    ... homes = { path = "homes.csv", crs = "EPSG:4326", id = "id" }
    ... shelters = { path = "shelters.csv", crs = "EPSG:4326", id = "id" }
    ... [[analyses]]
    ... name = "near"
    ... title = "Who has a shelter near"
    ... kind = "coverage"
    ... demand = "homes"
    ... facilities = "shelters"
    ... thresholds_m = [500]
    ... weight = "people"
    ... ''')
    >>> _ = sm.run(folder / "plan.toml", folder / "out")
    >>> found = sm.why(folder / "out", "near.covered", data=folder)
    >>> found
    <Why: near.covered
      = 3 people
      the sum of people over the rows of “near” with within_500m = covered
      SELECT TOTAL("people") FROM "near" WHERE "within_500m" = 'covered'
      1 note in .notes>
    >>> found.agrees, found.ids(), found.inputs["state"].tolist()
    (True, ['A'], ['same', 'same'])
    """
    asked = AskedFigures.of(folder)
    given = {"area": area, "measure": measure, "threshold": threshold, "scenario": scenario, "category": category}
    places = [Path(data)] if data is not None else [Path.cwd(), *Path(folder).resolve().parents[:3]]
    earlier = None if against is None else former(against)
    if "." in figure and figure not in asked.indicators:
        return _of_figure(asked, chosen_figure(asked, figure, **given), places, earlier)
    if chosen := [key for key, value in given.items() if value is not None and key != "category"]:
        raise ValueError(f"{chosen[0]} chooses among figures, and {figure!r} names an indicator: leave it out")
    return _of_indicator(asked, terms_of(asked, figure, category), places, earlier, against)


def figures_to_ask(folder: str | Path, lang: str = "en") -> pd.DataFrame:
    """Return what may be asked about of an assessment: ``name``, ``title`` and how many ``numbers`` it has.

    Raises
    ------
    ReadError
        As `why`.
    """
    asked = AskedFigures.of(folder)
    counted = asked.figures[asked.figures["unit"] != "1"]
    no_shares = set(zip(counted["analysis"], counted["figure"], strict=True))
    rows = []
    for name, count in names_of(asked).items():
        analysis, figure = name.split(".", 1)
        title = _name_title(asked, analysis, figure)[lang] + ("" if (analysis, figure) in no_shares else ", %")
        rows.append((name, title, count))
    rows += [(name, each.title.get(lang), len(each.rows)) for name, each in asked.indicators.items()]
    return pd.DataFrame(rows, columns=["name", "title", "numbers"])


def _of_figure(asked: AskedFigures, row: dict[str, Any], places: list[Path], earlier: Former | None) -> Why:
    kind, source = asked.kinds[row["analysis"]], asked.source(row)
    number = None if source.sql is None else asked.layers.number(source.sql)
    same = None if number is None else _same(number, float(row["value"]))
    before = None if earlier is None else _before(earlier.figures, row)
    ids = dict.fromkeys(each.id for name in kind.roles.values() if (each := asked.plan.inputs[name]).id is not None)
    return Why(
        name=f"{row['analysis']}.{row['figure']}",
        figure=row,
        title=_figure_title(asked, row),
        value=float(row["value"]),
        unit=_unit(kind, str(row["unit"])),
        formula=source.words,
        sql=source.sql,
        counted=number,
        agrees=same,
        parts=_parts(asked, source),
        reasons=_reasons(asked, source, row),
        standards=_standards(asked, kind, row),
        inputs=inputs_of(asked, kind, places),
        unsure=_unsure(asked.figures, kind, row),
        before=before,
        before_year=None if earlier is None else earlier.year,
        notes=_notes(asked, kind, row, same),
        _asked=asked,
        _sums=source.parts,
        _ids=tuple(str(each) for each in ids),
    )


def _of_indicator(
    asked: AskedFigures, terms: Terms, places: list[Path], earlier: Former | None, against: str | Path | None
) -> Why:
    """Return why an indicator is what it is: its expression, and the figures in it."""
    was = (terms.before_year, terms.before)
    if earlier is not None and against is not None:
        known = recorded_summary(Path(against)).get("indicators") or ()
        was = (earlier.year, next((each.get("value") for each in known if terms.is_of(each)), None))
    found = {key: _of_figure(asked, row, places, earlier) for key, row in terms.figures.items()}
    number = None if terms.sql is None else asked.layers.number(terms.sql)
    same = None if number is None else _same(number, terms.value)
    made = list(found.values())
    notes = [note for each in made for note in each.notes]
    return Why(
        name=terms.name,
        figure=terms.row,
        title=terms.title,
        value=terms.value,
        unit=terms.unit,
        formula=terms.words,
        sql=terms.sql,
        counted=number,
        agrees=same,
        parts=pd.DataFrame(columns=["part", "layer", "condition", "rows", "value"]),
        reasons=pd.DataFrame(columns=[REASON, "rows", "value"]),
        standards=_together([each.standards for each in made], ["id"]),
        inputs=_together([each.inputs for each in made], ["what", "name"]),
        unsure=_together([each.unsure for each in made], ["figure", "value"]),
        before=was[1],
        before_year=was[0],
        figures=found,
        notes=[note for at, note in enumerate(notes) if note not in notes[:at]],
        _asked=asked,
    )


def _together(tables: Sequence[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Return the rows of several tables, each once."""
    if not tables:
        return pd.DataFrame()
    return pd.concat([each for each in tables if len(each)] or tables[:1]).drop_duplicates(key, ignore_index=True)


def _figure_title(asked: AskedFigures, row: Mapping[str, Any]) -> dict[str, str]:
    """Return what a figure is called, behind the title of its analysis, and where it is of."""
    kind = asked.kinds[row["analysis"]]
    words, told = figure_words(row), figure_name(kind, str(row["figure"]))
    return {
        lang: f"{kind.title.get(lang)}: {told[lang]}{words[lang][words[lang].index(' (') :]}{place_words(row, lang)}"
        for lang in texts.LANGUAGES
    }


def _name_title(asked: AskedFigures, analysis: str, figure: str) -> dict[str, str]:
    """Return what figures of a name are called."""
    kind = asked.kinds[analysis]
    told = figure_name(kind, figure)
    return {lang: f"{kind.title.get(lang)}: {told[lang]}" for lang in texts.LANGUAGES}


def _unit(kind: Kind, unit: str) -> dict[str, str]:
    """Return the unit of a figure in every language, as the plan has it where it is that of the analysis."""
    if kind.unit is not None and kind.unit.get(REFERENCE) == unit:
        return {lang: kind.unit.get(lang) for lang in texts.LANGUAGES}
    return texts.both(unit) if is_word(unit) else dict.fromkeys(texts.LANGUAGES, unit)


def _parts(asked: AskedFigures, source: Source) -> pd.DataFrame:
    """Return the sums of rows that a figure is made of, each with how many rows these are and what it comes to."""
    rows = []
    for number, each in enumerate(source.parts, start=1):
        where = f" WHERE {each.condition}" if each.where else ""
        count = asked.layers.number(f"SELECT COUNT(*) FROM {quoted(each.layer)}{where}")
        rows.append((number, each.layer, each.condition, int(count), asked.layers.number(each.sql)))
    return pd.DataFrame(rows, columns=["part", "layer", "condition", "rows", "value"])


def _reasons(asked: AskedFigures, source: Source, row: Mapping[str, Any]) -> pd.DataFrame:
    """Return why rows of the widest part are not as one would have them, most first."""
    empty = pd.DataFrame(columns=[REASON, "rows", "value"])
    if not source.parts:
        return empty
    last = source.parts[-1]
    limit, there = threshold_in(row), asked.layers.columns(last.layer)
    names = [f"{REASON}_{limit.label}"] if limit is not None else []
    if not pd.isna(row["scenario"]):
        names.insert(0, f"{REASON}_{scenario_label(row['scenario'])}")
    name = next((each for each in (*names, REASON) if each in there), None)
    if name is None:
        return empty
    told = quoted(name)
    amount = "COUNT(*)" if last.of is None else f"TOTAL({last.of})"
    where = " AND ".join([*([last.condition] if last.where else []), f"{told} IS NOT NULL"])
    sql = f"SELECT {told} AS reason, COUNT(*) AS rows, {amount} AS value FROM {quoted(last.layer)} WHERE {where}"
    return asked.layers.frame(f"{sql} GROUP BY {told} ORDER BY 3 DESC, 1")


def _standards(asked: AskedFigures, kind: Kind, row: Mapping[str, Any]) -> pd.DataFrame:
    """Return the standards that the analysis names: of a distance the one that says it."""
    named, limit = asked.plan.standards_of(kind), threshold_in(row)
    apt = {key: each for key, each in named.items() if limit is not None and each.distance_m == limit.value} or named
    rows = [(each.id, each.title.model_dump(), each.distance_m, each.source, each.status) for each in apt.values()]
    return pd.DataFrame(rows, columns=["id", "title", "distance_m", "source", "status"])


def _unsure(figures: pd.DataFrame, kind: Kind, row: Mapping[str, Any]) -> pd.DataFrame:
    """Return the figures of the same people that tell how sure it is."""
    beside = _fitting(figures, {key: row[key] for key in SAME_PLACE})
    tells = [each.startswith(UNSURE) or each.endswith(ALSO_UNSURE) for each in beside["figure"]]
    beside = beside[tells & beside["category"].isna().to_numpy() & (beside["figure"] != row["figure"]).to_numpy(bool)]
    called = [figure_name(kind, str(each)) for each in beside["figure"]]
    units = [_unit(kind, str(each)) for each in beside["unit"]]
    return beside[["figure", "value", "unit"]].assign(title=called, unit=units).reset_index(drop=True)


def _before(figures: pd.DataFrame, row: Mapping[str, Any]) -> float | None:
    """Return what the figure was; None where the former assessment did not have it."""
    found = _fitting(figures, {key: row[key] for key in KEY})
    return float(found["value"].iloc[0]) if len(found) == 1 else None


def _fitting(figures: pd.DataFrame, wanted: Mapping[str, Any]) -> pd.DataFrame:
    for key, value in wanted.items():
        here = figures[key].isna() if pd.isna(value) else (figures[key] == value).fillna(False)
        figures = figures[here.to_numpy(bool)]
    return figures


def _same(found: float, value: float) -> bool:
    if math.isnan(found) or math.isnan(value):
        return math.isnan(found) and math.isnan(value)
    return found == value or abs(found - value) <= NEAR * max(abs(found), abs(value))


def _notes(asked: AskedFigures, kind: Kind, row: Mapping[str, Any], same: bool | None) -> list[dict[str, str]]:
    """Say what was changed since, whose the limit is if no standard says it, and what of the inputs is made up."""
    notes = [] if asked.is_unchanged else [texts.both("whence.changed")]
    notes += [texts.both("whence.differs")] if same is False else []
    limit = threshold_in(row)
    if limit is not None and not asked.plan.standards_of(kind):
        notes.append(texts.both("whence.own_limit", limit=texts.distances(limit)))
    made_up = [name for name, _ in asked.plan.made_up(kind)]
    return notes + ([texts.both("whence.made_up", names=", ".join(made_up))] if made_up else [])


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: nothing for what is not known, whole numbers as such."""
    if isinstance(value, dict | list | str | bool) or value is None:
        return value
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
