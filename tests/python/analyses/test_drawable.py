# SPDX-License-Identifier: Apache-2.0
"""Results that are drawn: what their methods ask is what the functions that draw them take."""

import inspect
import itertools
import subprocess
import sys

import geopandas
import pytest
import shapely
from matplotlib.figure import Figure

import sheltermap as sm
from sheltermap import drawing
from sheltermap import map as maps
from sheltermap.analyses.drawable import Drawable

RESULTS = {
    "alternatives": sm.Alternatives,
    "access": sm.Access,
    "allocation": sm.Allocation,
    "balance": sm.Balance,
    "combined": sm.Combined,
    "continuity": sm.Continuity,
    "coverage": sm.Coverage,
    "cut_off": sm.CutOff,
    "districts": sm.Districts,
    "evacuation": sm.Evacuation,
    "exposure": sm.Exposure,
    "flood": sm.Flood,
    "impact": sm.Impact,
    "incidents": sm.Incidents,
    "reserves": sm.Reserves,
    "risk_index": sm.RiskIndex,
    "siting": sm.Siting,
    "vulnerable": sm.Vulnerable,
    "warned": sm.Warned,
}
WITHOUT_MAP = (sm.Avoided, sm.Equity, sm.RiskMatrix)  # bars, a curve and a matrix
HOMES = geopandas.GeoDataFrame({"people": [1]}, geometry=[shapely.Point(24, 57)], crs=4326)
COVERAGE = sm.coverage(HOMES, HOMES, 500)


def test_these_results_are_drawn():
    assert {each for each in Drawable.__subclasses__() if each.__module__.startswith("sheltermap.")} == {
        *RESULTS.values(),
        *WITHOUT_MAP,
    }


@pytest.mark.parametrize("name", RESULTS)
def test_a_method_asks_what_its_function_takes(name):
    function, method = getattr(drawing, f"plot_{name}"), RESULTS[name].plot
    taken, asked = (
        [(each.name, each.kind, each.default) for each in list(inspect.signature(one).parameters.values())[1:]]
        for one in (function, method)
    )
    assert asked == taken


@pytest.mark.parametrize("name", RESULTS)
def test_a_map_is_asked_what_all_maps_are_and_what_its_views_take(name):
    method = RESULTS[name].explore
    asked = {each: one.default for each, one in list(inspect.signature(method).parameters.items())[1:]}
    assert (asked.pop("title"), asked.pop("lang"), asked.pop("context")) == (None, "en", None)
    assert asked.pop("columns", ()) == ()
    own = {each for each in asked if not each.endswith("name")}
    taken = list(inspect.signature(maps.VIEWS[name]).parameters)
    assert taken[1] == "asked"
    assert own == set(taken[2:])


def test_a_method_passes_on_what_it_is_asked(monkeypatch):
    seen = []
    monkeypatch.setattr(drawing, "plot_flood", lambda result, **asked: seen.append((result, asked)) or asked["ax"])
    monkeypatch.setattr(maps, "explored", lambda what, result, **asked: seen.append((what, result, asked)))

    class Drawn(sm.Flood):  # a subclass is drawn as what it is made of
        """One without its columns."""

    one = Drawn.__new__(Drawn)
    axes, ground = Figure().add_subplot(), sm.Basemap()
    one.plot("1 %", figsize=(3, 2), ax=axes, context=ground, lang="lv")
    one.explore("1 %", name="a", facility_name="b", area_name="c", columns=["d"], title="e", lang="lv")
    named = {"name": "a", "facility_name": "b", "area_name": "c", "columns": ["d"], "title": "e"}
    assert seen == [
        (one, {"scenario": "1 %", "figsize": (3, 2), "ax": axes, "context": ground, "lang": "lv"}),
        ("flood", one, {"scenario": "1 %", **named, "lang": "lv", "context": None}),
    ]


@pytest.mark.parametrize("result", [*RESULTS.values(), *WITHOUT_MAP], ids=lambda each: each.__name__)
def test_help_tells_every_parameter_of_a_plot_once(result):
    told = inspect.getdoc(result.plot)
    for name in list(inspect.signature(result.plot).parameters)[1:]:
        assert told.count(f"\n{name} : ") == 1, name
    sections = [line for line, under in itertools.pairwise(told.splitlines()) if under and set(under) == {"-"}]
    assert sections in (["Parameters", "Returns"], ["Parameters", "Returns", "Raises"])


def test_all_plots_take_a_size_axes_and_a_language_and_all_maps_a_ground():
    for result in (*RESULTS.values(), *WITHOUT_MAP):
        taken = set(inspect.signature(result.plot).parameters)
        on_a_map = result not in (*WITHOUT_MAP, sm.Alternatives)  # the last is drawn as a curve
        assert {"figsize", "ax", "lang"} <= taken and ("context" in taken) == on_a_map, result


def test_a_picture_in_a_script_is_known_to_its_axes_alone():
    code = """
import sys, geopandas, sheltermap as sm
homes = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([24.1, 24.2], [56.9, 56.9]), crs=4326)
axes = sm.coverage(homes, homes[:1], 500).plot(figsize=(3, 2))
assert axes.get_figure().get_size_inches().tolist() == [3, 2]
print("matplotlib.pyplot" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_analysis_needs_no_picture():
    code = "import sys, sheltermap as sm; sm.Flood, sm.coverage; print({'matplotlib', 'jinja2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        ({"ax": 1}, TypeError, "ax is where to draw, axes of matplotlib, not 1"),
        ({"ax": Figure()}, TypeError, "ax is a figure; give axes of it"),
        ({"ax": Figure().subplots(1, 2)}, TypeError, "ax is several axes, or a list; give one of them"),
        ({"ax": Figure().add_subplot(projection="polar")}, ValueError, "ax is polar; a map is drawn on plain axes"),
        ({"figsize": 8}, TypeError, r"figsize is width and height in inches, as \(8, 6\), not 8"),
        ({"figsize": "86"}, TypeError, "figsize is width and height in inches"),
        ({"figsize": {8, 6}}, TypeError, "figsize is width and height in inches"),
        ({"figsize": (8, float("nan"))}, TypeError, r"not \(8, nan\)"),
        ({"figsize": (0, 6)}, ValueError, r"0\.5 to 300 each, not \(0, 6\)"),
        ({"figsize": (8, 1e9)}, ValueError, r"0\.5 to 300 each"),
        ({"lang": "xx"}, ValueError, "unknown language"),
        ({"lang": None}, ValueError, "unknown language"),
        ({"context": {"water": 5}}, TypeError, "base map: water is a int; give a GeoDataFrame"),
    ],
)
def test_nonsense_is_told_before_anything_is_drawn(asked, kind, said):
    axes = Figure().add_subplot()
    with pytest.raises(kind, match=said):
        COVERAGE.plot(**{"ax": axes if "figsize" not in asked else None} | asked)
    assert not axes.lines and not axes.collections


def test_axes_that_were_removed_and_those_of_a_closed_figure():
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    plt.close(figure)
    assert COVERAGE.plot(ax=axes) is axes
    axes.remove()
    with pytest.raises(ValueError, match="ax was removed from its figure"):
        COVERAGE.plot(ax=axes)


def test_columns_may_be_one_and_are_names_as_titles_are_texts():
    assert COVERAGE.explore(columns="people").html
    with pytest.raises(TypeError, match=r"columns are called by their names, .* not 1"):
        COVERAGE.explore(columns=[1])
    with pytest.raises(TypeError, match="title is a text, not 5"):
        COVERAGE.explore(title=5)
