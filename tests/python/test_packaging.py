# SPDX-License-Identifier: Apache-2.0
"""What packaging/ says of the libraries in a wheel belongs together; that it works is seen when a wheel is built."""

import re
import tomllib
from pathlib import Path


def built(root: Path) -> list[str]:
    script = (root / "packaging" / "build_deps.sh").read_text(encoding="utf-8")
    listed = re.search(r"^libraries=\((.*)\)$", script, re.MULTILINE)
    assert listed is not None
    return listed[1].split()


def test_the_licence_of_every_library_in_a_wheel_is_known(root: Path) -> None:
    known = tomllib.loads((root / "packaging" / "bundled.toml").read_text(encoding="utf-8"))
    assert {re.sub(r"\d+$", "", name) for name in built(root)} <= known.keys()


def test_every_library_in_a_wheel_is_told_of(root: Path) -> None:
    """On the page that lies in the wheel, and on that of dependencies."""
    dependencies = (root / "docs" / "dependencies.md").read_text(encoding="utf-8")
    pages = [
        (root / "packaging" / "BUNDLED.md").read_text(encoding="utf-8"),
        dependencies.split("## Inside a wheel")[1],
    ]
    for page in pages:
        for name in built(root):
            assert re.search(rf"\b{re.sub(r'^lib|[0-9]+$', '', name)}", page, re.IGNORECASE), name


def test_all_that_a_wheel_requires_stands_in_the_recipe_for_conda(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    recipe = (root / "packaging" / "conda" / "recipe.yaml").read_text(encoding="utf-8").lower()
    for requirement in project["project"]["dependencies"]:
        name, bound = re.fullmatch(r"([\w-]+)(.*)", requirement.lower()).groups()
        assert re.search(rf"- {name}(-base)? {re.escape(bound)}\n", recipe), requirement
