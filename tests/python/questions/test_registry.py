# SPDX-License-Identifier: Apache-2.0
"""A kind of question is one file: one from outside goes the whole way, one that lacks a part is refused."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import ClassVar, Literal

import pandas as pd
import pytest
from typer.testing import CliRunner

import sheltermap as sm
from outside_kind import NorthOf
from sheltermap.commands.cli import app
from sheltermap.plans.plan import load_plan
from sheltermap.questions.outcome import Outcome
from sheltermap.questions.plan_error import PlanError
from sheltermap.questions.registry import KINDS, register
from small_plan import HOMES, PLAN, write_town

ASKED = """
[[analyses]]
name = "northern"
kind = "north_of"
demand = "homes"
weight = "people"
latitude = 56.9505
title = { en = "North of the line", lv = "Uz ziemeļiem no līnijas" }

[[checks]]
id = "some"
figure = { analysis = "northern", figure = "covered" }
at_least = 5
"""
TOWN = HOMES.replace("h1,First home,24.100,56.950,10,2", "h1,First home,24.100,56.960,10,2")


@pytest.fixture
def north_of(monkeypatch):
    monkeypatch.setitem(KINDS, "north_of", NorthOf)


def test_a_kind_from_outside_is_validated_run_reported_compared_and_checked(tmp_path, north_of):
    def called(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, [str(each) for each in arguments])
        return done.exit_code, done.output

    plan = write_town(tmp_path, plan=PLAN.replace("schema = 1", "schema = 1\nyear = 2025") + ASKED, homes=TOWN)
    code, said = called("validate", plan)
    assert code == 0 and "north_of" in said
    code, said = called("run", plan, "-o", tmp_path / "before")
    assert code == 0 and "16.7 %  north: 10 of 60 north" in said
    figures = json.loads((tmp_path / "before" / "summary.json").read_text(encoding="utf-8"))["figures"]
    mine = {each["figure"]: each["value"] for each in figures if each["analysis"] == "northern"}
    assert mine == {"covered": 10, "uncovered": 50, "unknown": 0, "total": 60, "covered_share": 10 / 60}
    page = (tmp_path / "before" / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="northern">')[1].split("</section>")[0]
    assert all(
        words in section for words in ("North of the line", "Uz ziemeļiem no līnijas", "ziemeļos", "the line is")
    )
    with closing(sqlite3.connect(tmp_path / "before" / "assessment.gpkg")) as connection:
        assert connection.execute("SELECT side FROM northern ORDER BY id").fetchall()[0] == ("covered",)
        styled = {name for (name,) in connection.execute("SELECT f_table_name FROM layer_styles")}
        assert "northern" in styled and connection.execute("SELECT count(*) FROM northern_line").fetchone() == (1,)
    write_town(tmp_path, plan=plan.read_text(encoding="utf-8").replace("year = 2025", "year = 2026"))
    change = sm.compare(tmp_path / "before", sm.run(plan, tmp_path / "after"))
    row = change.causes[change.causes["analysis"] == "northern"].iloc[0]
    assert (row["difference"], row["people"]) == (-10, -10) and not change.not_explained
    code, said = called("check", plan, "--against", tmp_path / "before")
    assert code == 1 and "some: " in said


def test_a_figure_that_the_kind_does_not_make_is_a_fault_of_the_plan(tmp_path, north_of):
    plan = write_town(tmp_path, plan=PLAN + ASKED.replace('figure = "covered"', 'figure = "coverd"'))
    with pytest.raises(PlanError, match=r'checks.some.figure.figure: unknown figure "coverd"; did you mean "covered"'):
        load_plan(plan)


@pytest.mark.parametrize(("part", "made"), [("figure", "surprise"), ("layer", "surprise")])
def test_what_a_kind_makes_without_saying_so_is_an_error_that_names_it(tmp_path, monkeypatch, part, made):
    class Surprising(NorthOf):
        def run(self, context):
            found = super().run(context)
            own = [*found.found, self.figure(made, 1.0, measure="rows")] if part == "figure" else found.found
            beside = found.beside | ({made: found.layer} if part == "layer" else {})
            return Outcome(self, context, found.layer, own, found.tables, beside)

    monkeypatch.setitem(KINDS, "north_of", Surprising)
    with pytest.raises(sm.SheltermapError, match=f'the kind "north_of" makes the {part} "{made}"'):
        sm.run(write_town(tmp_path, plan=PLAN + ASKED), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_kind_without_one_of_its_parts_is_refused_with_what_it_lacks():
    whole = {name: NorthOf.__dict__[name] for name in ("uses", "figure_names")}
    fields = {"kind": Literal["northerly"], "demand": str, "weight": str}

    def made(base: type, parts: dict[str, object], annotations: dict[str, object]) -> type:
        return type(base)("Northerly", (base,), parts | {"__annotations__": annotations, "__module__": __name__})

    abstract = NorthOf.__bases__[0]
    with pytest.raises(TypeError, match=r"it lacks key_figures, legend, run, tables; define them"):
        register(made(abstract, whole, fields))
    with pytest.raises(TypeError, match=r"does not say what plans call it"):
        register(made(NorthOf, {}, {"kind": str}))
    methods = {name: NorthOf.__dict__[name] for name in ("run", "legend", "key_figures", "tables")}
    for part, told in (("uses", "does not say the inputs it reads: give uses"), ("figure_names", "give figure_names")):
        parts = {name: value for name, value in whole.items() if name != part}
        with pytest.raises(TypeError, match=told):
            register(made(abstract, methods | parts, fields))
    odd = {"uses": {"shelters": ()}, "__annotations__": {"kind": Literal["odd"]}}
    with pytest.raises(TypeError, match='uses "shelters", which is none of its keys'):
        register(made(NorthOf, odd, {"uses": ClassVar, "kind": Literal["odd"]}))
    with pytest.raises(ValueError, match='there is a kind "coverage" already'):
        register(made(NorthOf, {}, {"kind": Literal["coverage"]}))
    assert not {"northerly", "odd"} & KINDS.keys()


def test_no_room_but_that_of_kinds_names_one(root: Path) -> None:
    rooms = ("plans", "runs", "report", "assessments", "years", "questions")
    paths = [path for room in rooms for path in (root / "python" / "sheltermap" / room).glob("*.py")]
    named = re.compile(r"""sheltermap\.kinds\.|\.kind (==|!=|in|not in) [("']""")
    assert [path.name for path in paths if named.search(path.read_text(encoding="utf-8"))] == []


def test_every_kind_of_ours_makes_what_it_says(root: Path) -> None:
    for kind in KINDS.values():
        assert len(set(kind.figure_names)) == len(kind.figure_names) and kind.figure_names
        assert pd.Series(kind.figure_names).str.fullmatch("[a-z_]+").all()
        assert kind.traced is None or kind.traced in kind.beside
