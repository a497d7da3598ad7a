# SPDX-License-Identifier: Apache-2.0
"""The command line: what it prints where, and how it ends."""

import json
import os
import signal
import subprocess
import sys

import pytest

import sheltermap as sm
from interrupts import hear_ctrl_c
from small_plan import HOMES, PLAN, SAMPLE, write_town
from step_lines import beside_steps, steps_in


def sheltermap(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sheltermap", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **options)


def fails(code: int, *arguments: object) -> str:
    """The message of a call that ends with `code`: on standard error only, and not a traceback."""
    done = sheltermap(*arguments)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr and done.stderr.strip()
    return done.stderr


def test_a_run_says_what_it_found_and_where_it_is(tmp_path):
    done = sheltermap("run", SAMPLE / "plan.toml", "-o", tmp_path / "out")
    assert done.returncode == 0 and beside_steps(done.stderr) == ""
    assert "79 of 87 places of duty" in done.stdout
    assert "VUGD Viļakas postenis 133.9 km" in done.stdout
    assert "[illustrative data]" in done.stdout
    assert "47 rows have no figure" in done.stdout
    assert str(tmp_path / "out" / "report.html") in done.stdout


def test_json_is_the_summary_and_nothing_else(tmp_path):
    done = sheltermap("run", write_town(tmp_path), "-o", tmp_path / "out", "--json")
    assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert beside_steps(done.stderr) == ""


def test_quiet_prints_nothing(tmp_path):
    done = sheltermap("run", write_town(tmp_path), "-o", tmp_path / "out", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out" / "report.html").exists()


def test_three_faults_of_a_plan_are_told_in_one_go(tmp_path):
    plan = PLAN.replace("weight =", "weigth =", 1).replace('"homes.csv"', '"hoems.csv"').replace('"count"', '"cuont"')
    told = fails(2, "run", write_town(tmp_path, plan=plan), "-o", tmp_path / "out")
    assert "has 3 faults" in told
    assert [f'did you mean "{word}"' in told for word in ("weight", "homes.csv", "count")] == [True, True, True]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("homes", "told"),
    [
        ("", "homes.csv"),
        ("id,name,lon,lat,people,children\n", "homes.csv"),
        (HOMES.replace("24.300", "nan"), "row 3"),
        (HOMES.replace("24.300", "1e400"), "row 3"),
        (HOMES.replace("h3", "h1"), "h1"),
        (HOMES.replace("24.300", "506083").replace("56.950,30", "311825,30"), "3"),
        (HOMES.replace("30,5", "many,5"), "many"),
    ],
    ids=["empty", "no rows", "nan", "infinite", "twin ids", "metres", "text as number"],
)
def test_bad_input_ends_with_2_a_message_and_no_folder(tmp_path, homes, told):
    assert told in fails(2, "run", write_town(tmp_path, homes=homes), "-o", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


@pytest.mark.parametrize("place", ["plan.toml/no/such/folder", "plan.toml", "/proc/sheltermap"])
def test_a_place_that_cannot_be_written_ends_with_2(tmp_path, place):
    assert "cannot write" in fails(2, "run", write_town(tmp_path), "-o", tmp_path / place)


def test_a_foreign_folder_ends_with_2_and_is_untouched(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("years of work")
    assert "thesis.docx" in fails(2, "run", write_town(tmp_path), "-o", tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.docx").read_text() == "years of work"


def test_wrong_usage_ends_with_2():
    assert "PLAN" in fails(2, "run")


FAULTY = (
    "import sys, sheltermap.assessments.run as a\n"
    "def broken(*_, **__): raise {error}\n"
    "a.run = broken\n"
    "from sheltermap.commands.cli import main\n"
    "sys.argv = ['sheltermap', 'run', 'plan.toml', '-o', 'out', *sys.argv[1:]]\n"
    "main()"
)


def faulty(error: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FAULTY.format(error=error), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_fault_of_our_own_ends_with_3_and_tells_how_to_see_more():
    done = faulty("RuntimeError('index 5')")
    assert done.returncode == 3 and "--debug" in done.stderr and "Traceback" not in done.stderr
    assert "Traceback" in faulty("RuntimeError('index 5')", "--debug").stderr


def test_a_fault_of_the_machine_ends_with_2():
    assert faulty("OSError(28, 'No space left on device', 'x.gpkg')").returncode == 2
    assert faulty("MemoryError()").returncode == 2


def test_ctrl_c_ends_with_130(tmp_path):
    plan = write_town(tmp_path)
    child = (
        "import sys, sheltermap.assessments.run as a\n"
        "write = a.write_assessment\n"
        "def slow(*arguments, **named):\n"
        "    import time; print('writing', flush=True); time.sleep(60); write(*arguments, **named)\n"
        "a.write_assessment = slow\n"
        "from sheltermap.commands.cli import main\n"
        "sys.argv = ['sheltermap', 'run', *sys.argv[1:]]\n"
        "main()"
    )
    command = [sys.executable, "-c", child, str(plan), "-o", str(tmp_path / "out")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes, preexec_fn=hear_ctrl_c) as process:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130 and "interrupted" in told and "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


def test_what_data_say_does_not_steer_the_terminal(tmp_path):
    plan = PLAN.replace('title = "How far"', r'title = "How \u001b[2J\u202efar [bold]"')
    done = sheltermap("run", write_town(tmp_path, plan=plan), "-o", tmp_path / "out")
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout
    assert "far [bold]" in done.stdout


def test_a_latvian_plan_is_run_and_validated_in_latvian(tmp_path):
    plan = write_town(tmp_path)
    text = 'languages = ["lv"]\n' + plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('title = "How far"', 'title = "How far"\nnote = "A note"')
                    .replace('title = "Choice of shelters"', 'title = "Choice of shelters"\nnote = "A note"'),
                    encoding="utf-8")  # fmt: skip
    done = sheltermap("run", plan, "-o", tmp_path / "out")
    told = steps_in(done.stderr)
    assert told[0] == "Nolasa: homes" and told[-1] == "Pabeigts" and "Analizē: shelter" in told
    assert f"Novērtējums: {tmp_path / 'out'}" in done.stdout and "  pārskats    " in done.stdout
    assert done.stdout.count("A note") == 1
    assert "Nolasīts: homes – 4 rindas; EPSG:4326" in sheltermap("validate", plan).stdout


def test_validate_lists_the_plan_without_reading_its_data_where_asked(tmp_path):
    plan = write_town(tmp_path, homes="not,a,layer\n")
    done = sheltermap("validate", plan, "--no-data")
    assert done.returncode == 0
    assert "homes.csv" in done.stdout and "nearest_shelter" in done.stdout
    plan.write_text(PLAN.replace('"homes"', '"home"'), encoding="utf-8")
    assert "did you mean" in fails(2, "validate", plan)


def test_validate_looks_at_the_data_and_tells_all_that_is_wrong(tmp_path):
    plan = write_town(tmp_path)
    done = sheltermap("validate", plan)
    assert done.returncode == 0 and "Read homes: 4 rows; EPSG:4326" in done.stdout
    write_town(tmp_path, homes="not,a,layer\n", shelters="id,lon,lat\ns1,24.101,here\n")
    said = fails(2, "validate", plan)
    assert "plan.toml has 2 faults" in said
    assert "1. line 4: inputs.homes: homes.csv" in said and "2. line 10: inputs.shelters: shelters.csv" in said
    assert "write [inputs.shelters] strict = false to go on" in said


def test_version_and_help_answer():
    assert sheltermap("--version").stdout.startswith("sheltermap ")
    assert "run" in sheltermap("--help").stdout


def test_help_imports_nothing_heavy():
    heavy = ("numpy", "pandas", "geopandas", "pydantic", "matplotlib", "jinja2")
    probe = (
        "import sys\nsys.argv = ['sheltermap', '--help']\nfrom sheltermap.commands.cli import main\n"
        f"try: main()\nexcept SystemExit: pass\nprint([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals here")
@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_reader_that_has_enough_ends_every_command_alike(tmp_path, command):
    out = ["-o", str(tmp_path / "out")] if command == "run" else []
    process = subprocess.Popen(
        [sys.executable, "-m", "sheltermap", command, str(SAMPLE / "plan.toml"), *out],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        process.stdout.close()
        assert (beside_steps(process.stderr.read().decode()), process.wait()) == ("", 141)


def test_a_terminal_sees_progress_and_a_pipe_does_not(tmp_path):
    master, slave = os.openpty()
    command = [sys.executable, "-m", "sheltermap", "run", str(write_town(tmp_path)), "-o", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave) as process:
        os.close(slave)
        seen = b""
        while chunk := _read(master):
            seen += chunk
    assert process.returncode == 0
    assert b"Read homes" in seen or b"Analyse" in seen


def test_a_log_sees_each_step_with_its_time_and_q_none(tmp_path):
    plan = write_town(tmp_path)
    done = sheltermap("run", plan, "-o", tmp_path / "out")
    told = steps_in(done.stderr)
    assert told[0] == "Read homes" and told[-1] == "Done" and "Analyse shelter" in told
    checked = sheltermap("check", plan, "--against", tmp_path / "out", "-o", tmp_path / "next")
    told = steps_in(checked.stderr)
    assert told[0] == "Read homes" and told[-1] == "Done" and f"Compare with {tmp_path / 'out'}" in told
    assert beside_steps(checked.stderr) == ""
    quiet = sheltermap("check", plan, "--against", tmp_path / "out", "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_v_prints_the_same_lines_on_a_terminal(tmp_path):
    master, slave = os.openpty()
    command = [sys.executable, "-m", "sheltermap", "run", str(write_town(tmp_path)), "-o", str(tmp_path / "out"), "-v"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave) as process:
        os.close(slave)
        seen = b""
        while chunk := _read(master):
            seen += chunk
    assert process.returncode == 0
    assert steps_in(seen.decode().replace("\r\n", "\n"))[-1] == "Done"


def test_a_quiet_check_says_only_what_fails(tmp_path):
    figure = '{ analysis = "shelter", figure = "total", measure = "people", threshold_m = 500 }'
    rule = f'[[checks]]\nid = "few"\nfigure = {figure}\nat_most = 1\n'
    done = sheltermap("check", write_town(tmp_path, plan=PLAN + rule), "-q")
    assert done.returncode == 1 and done.stderr == ""
    first, *others = done.stdout.splitlines()
    assert "few" in first and not any("noted" in line for line in others)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""


def test_inspect_ends_with_0_where_nothing_is_to_be_mended():
    water = SAMPLE / "water_intake_points.csv"
    done = sheltermap("inspect", water, "--as", "water_intake", "--crs", "EPSG:3059")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing to mend." in done.stdout and "tilpums" in done.stdout


def test_inspect_ends_with_1_and_tells_row_value_and_remedy(tmp_path):
    register = tmp_path / "register.csv"
    register.write_text("id,veids,ietilpība,lon,lat\nP1,patvertne,120 vietas,24.1,56.9\n", encoding="utf-8")
    done = sheltermap("inspect", register, "--as", "shelter")
    assert (done.returncode, done.stderr) == (1, "")
    assert "row 1, id P1, ietilpība: “120 vietas” is a number with words\n      → write 120" in done.stdout
    assert "1. rinda, id P1, ietilpība" in sheltermap("inspect", register, "--as", "shelter", "--lang", "lv").stdout
    data = json.loads(sheltermap("inspect", register, "--as", "shelter", "--json").stdout)
    assert data["findings"][0]["suggestion"] == "120"


def test_inspect_holds_structures_against_a_flood(tmp_path):
    dikes = SAMPLE.parent / "ogre" / "protective_structures.geojson"
    done = sheltermap("inspect", dikes, "--as", "protective_structure", "--min-return-period", "150")
    assert (done.returncode, done.stderr) == (1, "")
    assert (
        "row 1, id D1, return_period_years: it protects up to a return period of 100 years, 150 belong" in done.stdout
    )
    refused = fails(2, "inspect", dikes, "--as", "shelter", "--min-return-period", "150")
    assert "is what protective structures should hold, none of shelter" in refused


def test_inspect_ends_with_2_where_it_cannot_begin(tmp_path):
    water = SAMPLE / "water_intake_points.csv"
    assert "did you mean" in fails(2, "inspect", water, "--as", "water_intke")
    assert 'crs = "EPSG:3059"' in fails(2, "inspect", water, "--as", "water_intake")
    (tmp_path / "m.toml").write_text('[columns]\nvolume = "tilpums"\n', encoding="utf-8")
    mapping = ("--mapping", tmp_path / "m.toml")
    assert "volume_m3" in fails(2, "inspect", water, "--as", "water_intake", "--crs", "EPSG:3059", *mapping)
    assert "does not exist" in fails(2, "inspect", tmp_path / "no.csv", "--as", "shelter")


def test_template_writes_a_register_and_says_no_where_one_stands(tmp_path):
    done = sheltermap("template", "shelter", tmp_path / "r.gpkg", "--crs", "EPSG:3059", "--lang", "lv")
    assert (done.returncode, done.stderr) == (0, "") and (tmp_path / "r.gpkg").exists()
    assert "it exists" in fails(2, "template", "shelter", tmp_path / "r.gpkg")


def test_a_network_is_made_saved_and_told(tmp_path):
    extract = SAMPLE.parent / "liechtenstein" / "liechtenstein.osm.pbf"
    done = sheltermap("network", extract, "--profile", "walk", "-o", tmp_path / "walk.graph", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and (told["profile"], told["points_missing"]) == ("walk", 0)
    assert told["edges"] == len(sm.Network.load(tmp_path / "walk.graph").edges())
    assert "© OpenStreetMap contributors" in sheltermap("network", extract).stdout
    assert "no profile 'wallk'" in fails(2, "network", extract, "--profile", "wallk")
    assert "ends in .graph" in fails(2, "network", extract, "-o", tmp_path / "walk.bin")
    (tmp_path / "half.osm.pbf").write_bytes(extract.read_bytes()[:1_000_000])
    assert "half.osm.pbf" in fails(2, "network", tmp_path / "half.osm.pbf", "-o", tmp_path / "half.graph")
    assert not (tmp_path / "half.graph").exists()


def test_ctrl_c_while_the_command_line_is_loaded_ends_with_130():
    child = (
        "import sys\n"
        "class Pressed:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Pressed())\n"
        "from sheltermap.__main__ import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "sheltermap: interrupted\n")


def test_names_that_are_not_utf_8_are_named(tmp_path):
    (tmp_path / "data").mkdir()
    odd = os.fsdecode(b"caf\xe9.csv")
    (tmp_path / "data" / odd).write_text("id,lon,lat\n1,24.1,56.9\n")
    for arguments in (["inspect", odd, "--as", "shelter"], ["new", "plan.toml", "data", "-y"]):
        command = [sys.executable, "-m", "sheltermap", *arguments]
        done = subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)
        told = done.stderr.decode()
        assert done.returncode == 2 and "not written in UTF-8" in told and "caf\N{REPLACEMENT CHARACTER}" in told
    assert not (tmp_path / "plan.toml").exists()
