# SPDX-License-Identifier: Apache-2.0
"""One source for QGIS 3.22 on Qt 5 and for QGIS 4 on Qt 6: what can be seen of that without either."""

import ast
import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sheltermap_qgis import words

HERE = Path(words.__file__).parent
MODULES = sorted(HERE.glob("*.py"))
# Classes of QGIS and Qt whose members with a capital are values of enumerations.
FOREIGN = ("Qgs", "Qgis", "Qt", "QVariant", "QMetaType", "QDom", "QIcon")
TYPES = {"QgsProcessingContext.LayerDetails", "QgsVectorFileWriter.SaveVectorOptions", "Setting.FILE"}


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


def enumerations(module: ast.Module) -> set[str]:
    """Members with a capital of classes of QGIS: values of enumerations, but for the types among them."""
    names = {dotted(node) for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    return {name for name in names if name.startswith(FOREIGN) and name.split(".")[1][:1].isupper()} - TYPES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_enumerations_and_bindings_are_named_in_one_place(path):
    module = tree(path)
    assert enumerations(module) == set()
    imported = {node.module for node in ast.walk(module) if isinstance(node, ast.ImportFrom) and node.module}
    assert not {name for name in imported if name.startswith(("PyQt", "PySide", "sheltermap."))} | {
        name for name in imported if name == "sheltermap"
    }


def test_an_enumeration_would_be_seen():
    seen = enumerations(
        ast.parse("a(QgsWkbTypes.Point, Qt.ItemDataRole.UserRole, QgsVectorFileWriter.create, x.Point)")
    )
    assert seen == {"QgsWkbTypes.Point", "Qt.ItemDataRole.UserRole", "Qt.ItemDataRole"}


def test_every_enumeration_has_its_whole_name():
    """Both names of each are whole ones, Class.Enumeration.Value: PyQt 6 knows no others."""
    calls = [
        node for node in ast.walk(tree(HERE / "qt.py")) if isinstance(node, ast.Call) and dotted(node.func) == "_first"
    ]
    paths = [argument.value for call in calls for argument in call.args]
    assert len(paths) > 30
    assert all(path.count(".") == 2 for path in paths), paths


def test_words_of_newer_pythons_are_not_used():
    for path in MODULES:  # those of Python 3.9 parse; what needs a newer one is told here
        assert not [node for node in ast.walk(tree(path)) if isinstance(node, getattr(ast, "Match", ()))]
        source = path.read_text(encoding="utf-8")
        assert path.name == "__init__.py" or "from __future__ import annotations" in source


def test_metadata_say_what_qgis_asks_for():
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(HERE / "metadata.txt", encoding="utf-8")
    general = metadata["general"]
    assert (general["qgisMinimumVersion"], general["qgisMaximumVersion"]) == ("3.22", "4.99")
    assert general["hasProcessingProvider"] == "yes"  # exactly so, or qgis_process does not look at it
    for key in ("name", "description", "about", "version", "author", "email", "repository", "tracker"):
        assert general[key].strip(), key
    assert (HERE / general["icon"]).is_file()


def test_the_zip_is_the_same_twice_and_whole(root, tmp_path):
    made = []
    for name in ("one.zip", "two.zip"):
        subprocess.run([sys.executable, root / "scripts" / "qgis_plugin.py", tmp_path / name], check=True)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert {name.split("/")[0] for name in names} == {"sheltermap_qgis"}
    expected = {f"sheltermap_qgis/{path.name}" for path in MODULES} | {
        f"sheltermap_qgis/{name}" for name in ("metadata.txt", "icon.svg", "LICENSE", "words/en.json", "words/lv.json")
    }
    assert set(names) == expected
