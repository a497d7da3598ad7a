# SPDX-License-Identifier: Apache-2.0
"""Puts together what the site is made of: the pages of docs/, notebooks with their outputs, lists of all public
names, commands and keys.

    .venv/bin/python scripts/docs_source.py FOLDER [--quick | --as-tested]

With --quick the notebooks stay without outputs, with --as-tested they are those that the tests ran just before.
"""

import ast
import shutil
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import nbclient
import nbformat
from docs_lists import commands, plan_keys, published_standards

ROOT = Path(__file__).parents[1]
TESTED = ROOT / "build" / "notebooks"  # where tests/python/test_notebooks.py keeps what it ran
# Of a header, what Breathe shows: all but the list of what it includes.
SECTIONS = ("briefdescription", "detaileddescription", "innerclass", "innernamespace", "public-attrib", "public-func")
SECTIONS += ("public-static-func", "enum", "func", "typedef", "var")
PATIENCE_S = 600  # for a cell on a busy machine
# What a room of the package is called for those who read about its names; a room without a title is an error.
TITLES = {
    "_native": "Errors and threads",
    "base": "Limits, standards, progress",
    "layers": "Files and layers",
    "postgis": "PostGIS",
    "registers": "Registers",
    "streets": "Streets",
    "basemap": "Base maps",
    "analyses": "Analyses",
    "planning": "Planning",
    "scale": "Layers larger than memory",
    "risk": "Risk",
    "map": "Maps",
    "questions": "Plans",
    "plans": "Plans",
    "runs": "Assessments",
    "assessments": "Assessments",
    "alerts": "Warnings",
    "years": "Years",
    "evidence": "Why a figure is what it is",
    "public": "Handing over",
    "handover": "Handing over",
}


def main() -> None:
    """Write the source of the site."""
    target = Path(sys.argv[1])
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "docs", target)
    (target / "reference").mkdir(exist_ok=True)
    python_reference(target / "reference" / "python.md")
    cpp_reference(target / "reference" / "cpp")
    commands(target / "reference" / "command_line.md")
    plan_keys(target / "reference" / "plan_keys.md")
    published_standards(target / "standards.md")
    notebooks = {path.name: nbformat.read(path, as_version=4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
    if "--as-tested" in sys.argv:
        notebooks = {name: nbformat.read(TESTED / name, as_version=4) for name in notebooks}
    elif "--quick" not in sys.argv:
        for name, notebook in notebooks.items():
            print(f"    {name}", flush=True)
            execute(notebook)
    gallery(target / "gallery", notebooks)


def execute(notebook: nbformat.NotebookNode) -> None:
    """Run a notebook in a copy of its surroundings, so that what it writes does not land in the checkout."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "notebooks").mkdir()
        (Path(place) / "sample_data").symlink_to(ROOT / "sample_data")
        resources = {"metadata": {"path": f"{place}/notebooks"}}
        nbclient.NotebookClient(notebook, timeout=PATIENCE_S, kernel_name="python3", resources=resources).execute()


def gallery(folder: Path, notebooks: dict[str, nbformat.NotebookNode]) -> None:
    """Put the notebooks there, with a page that lists them."""
    folder.mkdir(exist_ok=True)
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / name)
    listed = "\n".join(Path(name).stem for name in notebooks)
    (folder / "index.md").write_text(
        "# Gallery\n\nNotebooks from files to answers, run when this page was made. They stand in the folder "
        f"`notebooks` of the repository.\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n",
        encoding="utf-8",
    )


def python_reference(path: Path) -> None:
    """List the public names by what they are about; each gets a page from its docstring."""
    names = defaultdict(list)
    for node in _imports("__init__.pyi"):
        names[TITLES[str(node.module).split(".")[0]]] += [alias.name for alias in node.names]
    of_scale = [f"scale.{alias.name}" for node in _imports("scale/__init__.pyi") for alias in node.names]
    names[TITLES["scale"]] += of_scale
    text = "# Python\n\nAll public names stand in `sheltermap`, which is imported as `sm`; `scale` is a module in it.\n"
    for title in dict.fromkeys(TITLES.values()):
        listed = "\n   ".join(sorted(names.get(title, []), key=str.lower))
        if listed:
            text += f"\n## {title}\n\n```{{eval-rst}}\n.. currentmodule:: sheltermap\n\n.. autosummary::\n"
            text += f"   :toctree: api\n   :nosignatures:\n\n   {listed}\n```\n"
    path.write_text(text, encoding="utf-8")


def _imports(stub: str) -> list[ast.ImportFrom]:
    """Return what a stub of the package imports: its public names."""
    tree = ast.parse((ROOT / "python" / "sheltermap" / stub).read_text(encoding="utf-8"))
    return [node for node in tree.body if isinstance(node, ast.ImportFrom)]


def cpp_reference(folder: Path) -> None:
    """Write a page for each room of the library, with what its public headers say."""
    folder.mkdir(parents=True)
    rooms = sorted(path for path in (ROOT / "include" / "sheltermap").iterdir() if path.is_dir())
    for room in rooms:
        text = f"# {room.name}\n"
        for header in sorted(room.glob("*.hpp")):
            name = header.name
            text += f"\n## {header.name}\n\n```{{eval-rst}}\n.. doxygenfile:: {name}\n   :sections: briefdescription "
            text += (
                "detaileddescription innerclass innernamespace public-attrib public-func public-static-func enum func "
            )
            text += "typedef var\n```\n"
        (folder / f"{room.name}.md").write_text(text, encoding="utf-8")
    listed = "\n".join(f"cpp/{room.name}" for room in rooms)
    (folder.parent / "cpp.md").write_text(
        "# C++\n\nThe library by its rooms; who may use whom is in [architecture](../architecture.md). Everything is "
        f"in the namespace `sheltermap`.\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
