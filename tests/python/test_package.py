# SPDX-License-Identifier: Apache-2.0
"""The package as its users get it: names, types, quick import, one version, examples that run."""

import inspect
import json
import re
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path

import pytest

import sheltermap as sm
from sheltermap import _core

# What takes long to import; each is needed by some call, none by `import sheltermap` or `sheltermap --help`.
SLOW = {"geopandas", "pandas", "shapely", "pyproj", "pyarrow", "matplotlib", "pydantic", "jinja2"}


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after a statement."""
    script = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{n.split('.')[0] for n in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_loads_nothing_slow() -> None:
    assert not modules_after("import sheltermap") & (SLOW | {"typer", "rich"})


def test_help_loads_nothing_slow() -> None:
    script = """
import sys
from sheltermap.commands.cli import main
sys.argv = ["sheltermap", "--help"]
try:
    main()
except SystemExit as leave:
    assert leave.code == 0
"""
    assert not modules_after(script) & SLOW


@pytest.mark.parametrize("name", sm.__all__)
def test_every_public_name_is_there_and_explained(name: str) -> None:
    assert name in dir(sm)
    assert inspect.getdoc(getattr(sm, name))


@pytest.mark.parametrize("name", [name for name in sm.__all__ if inspect.isfunction(getattr(sm, name))])
def test_every_public_function_names_its_parameters(name: str) -> None:
    function = getattr(sm, name)
    text = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters:
        assert re.search(rf"\b{parameter}\b", text), parameter


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nowhere"):
        sm.nowhere  # noqa: B018


def test_the_package_says_that_it_is_typed() -> None:
    assert (resources.files("sheltermap") / "py.typed").is_file()


def test_the_stub_of_the_compiled_module_is_up_to_date(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(root / "scripts" / "stubs.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_version_is_that_of_the_compiled_module() -> None:
    assert sm.__version__ == _core.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+(\+[a-z0-9.]+)?)?", sm.__version__)


def test_what_is_installed_is_of_that_version() -> None:
    if "site-packages" not in Path(sm.__file__).parts:
        pytest.skip("a checkout is installed for many commits")
    assert metadata.version("sheltermap") == sm.__version__


def test_a_checkout_is_compiled_as_what_it_is(root: Path) -> None:
    if "site-packages" in Path(sm.__file__).parts:
        pytest.skip("installed")
    said = subprocess.run([root / "scripts" / "version", "--development"], capture_output=True, text=True, check=True)
    assert sm.__version__ == said.stdout.strip(), "call ./scripts/setup"


def test_the_last_release_of_the_changelog_is_what_is_cited_and_packaged(root: Path) -> None:
    def first(pattern: str, name: str) -> tuple[str, ...]:
        found = re.search(pattern, (root / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert found is not None
        return found.groups()

    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", changelog, re.MULTILINE)
    headings = re.findall(r"^## .*$", changelog, re.MULTILINE)
    assert headings == ["## [Unreleased]", *(f"## [{number}] - {day}" for number, day in released)]
    cited = first(r"^version: (\S+)\ndate-released: (\S+)$", "CITATION.cff")
    assert released[0] == cited
    assert first(r'^  version: "(\S+)"$', "packaging/conda/recipe.yaml") == cited[:1]
    assert first(r"^version=(\S+)$", "qgis_plugin/sheltermap_qgis/metadata.txt") == cited[:1]
    assert [day for _, day in released] == sorted((day for _, day in released), reverse=True)


def test_the_lines_in_the_readme_run_and_print_what_it_says(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", text, re.DOTALL)
    assert any(printed for _, printed in blocks)
    for block, printed in blocks:
        done = subprocess.run([sys.executable, "-c", block], cwd=root, check=True, capture_output=True, text=True)
        assert printed in ("", done.stdout)
