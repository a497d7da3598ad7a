# SPDX-License-Identifier: Apache-2.0
"""Writes the bill of materials of a wheel: what is inside, from which sources, and what it asks of Python.

`sbom.py SOURCE BUNDLED TARGET`: SOURCE is the unpacked source distribution, BUNDLED the folder with the licences of
what is linked in, its VERSIONS.txt and its SOURCES.txt; TARGET becomes a JSON of CycloneDX 1.6. The same inputs give
the same bytes, with SOURCE_DATE_EPOCH as its time. Licences of Python packages are those that the packages here say.
"""

import json
import os
import platform
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement

Component = dict[str, Any]
LICENCES = tomllib.loads(Path(__file__).with_name("bundled.toml").read_text(encoding="utf-8"))


def licensed(text: str) -> list[dict[str, Any]]:
    """What a package says of its licence: an expression of SPDX, or words."""
    try:
        return [{"expression": canonicalize_license_expression(text)}]
    except InvalidLicenseExpression:
        return [{"license": {"name": text}}]


def bundled(folder: Path) -> Iterator[Component]:
    """Libraries that are linked in, each as the source package of the system that it was made from."""
    sources: dict[str, list[dict[str, Any]]] = {}
    for line in (folder / "SOURCES.txt").read_text(encoding="utf-8").splitlines():
        digest, path = line.split(maxsplit=1)
        name, file = path.split("/")
        hashes = [{"alg": "SHA-256", "content": digest}]
        sources.setdefault(name, []).append({"url": quote(file), "type": "source-distribution", "hashes": hashes})
    system = platform.freedesktop_os_release()["ID"]
    for line in (folder / "VERSIONS.txt").read_text(encoding="utf-8").splitlines():
        told, _, note = line.partition("; ")
        name, version = told.split()
        known = LICENCES[re.sub(r"[-.\d]+$", "", name)]
        component: Component = {
            "type": "library",
            "name": name,
            "version": version,
            "description": note,
            "licenses": licensed(known["licence"]),
            "purl": f"pkg:deb/{system}/{name}@{quote(version, safe='')}?arch=source",
            "externalReferences": sources.get(name, []),
            "components": [
                {"type": "library", "name": part, "licenses": licensed(licence)}
                for part, licence in known.get("inside", {}).items()
            ],
        }
        yield {key: value for key, value in component.items() if value}


def headers_of_pybind11() -> Component:
    """The bindings' headers, from the package that they were compiled with."""
    version = metadata.version("pybind11")
    return {**of_python("pybind11"), "version": version, "purl": f"pkg:pypi/pybind11@{version}"}


def leaflet(source: Path) -> Component:
    """The library in the map's page, as its folder describes it."""
    said = (source / "python/sheltermap/map/vendor/README.md").read_text(encoding="utf-8")
    version = re.match(r"# Leaflet (\S+)", said)
    if version is None:
        sys.exit("sbom: the README of Leaflet does not begin with its version")
    files = re.findall(r"\| `(\S+)` \| `([0-9a-f]{64})` \|", said)
    return {
        "type": "library",
        "name": "leaflet",
        "version": version[1],
        "licenses": licensed("BSD-2-Clause"),
        "purl": f"pkg:npm/leaflet@{version[1]}",
        "components": [
            {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]} for name, digest in files
        ],
    }


def of_python(name: str) -> Component:
    """A package of Python, of no version; which one is there is up to whoever installs."""
    normal = re.sub(r"[-_.]+", "-", name).lower()
    component: Component = {"type": "library", "name": normal, "purl": f"pkg:pypi/{normal}"}
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return component
    # Old metadata hold the whole text, or nothing but a classifier.
    classified = [each.split(" :: ")[-1] for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    licence = said.get("License-Expression") or said.get("License") or ""
    licence = licence if licence and "\n" not in licence else ", ".join(classified)
    return {**component, **({"licenses": licensed(licence)} if licence else {})}


def required(information: metadata.PackageMetadata) -> Iterator[Component]:
    """What pip installs beside the wheel, and what its extras ask for; each package once."""
    asked: dict[str, list[Requirement]] = {}
    for line in information.get_all("Requires-Dist", []):
        requirement = Requirement(line)
        asked.setdefault(requirement.name, []).append(requirement)
    for name, several in asked.items():
        optional = all(each.marker is not None and "extra" in str(each.marker) for each in several)
        told = dict.fromkeys(str(each.specifier) for each in several)
        versions = [{"name": "sheltermap:versions", "value": each} for each in told]
        yield {**of_python(name), "scope": "optional" if optional else "required", "properties": versions}


def bill(source: Path, folder: Path) -> dict[str, Any]:
    """The whole bill, every component with a name for others to refer to."""
    information = metadata.PathDistribution(source).metadata
    version = information["Version"]
    itself: Component = {
        "type": "library",
        "name": "sheltermap",
        "version": version,
        "licenses": licensed(information["License-Expression"]),
        "purl": f"pkg:pypi/sheltermap@{quote(version)}",
    }
    components = [*bundled(folder), headers_of_pybind11(), leaflet(source), *required(information)]
    for component in (itself, *components):
        component["bom-ref"] = component["purl"]
    made = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    content: dict[str, Any] = {
        "metadata": {"timestamp": made.isoformat(), "lifecycles": [{"phase": "build"}], "component": itself},
        "components": components,
        "dependencies": [{"ref": itself["bom-ref"], "dependsOn": [each["bom-ref"] for each in components]}],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": number.urn, "version": 1, **content}


def main() -> None:
    """Write it, unless it is no sound bill."""
    source, folder, target = map(Path, sys.argv[1:])
    text = json.dumps(bill(source, folder), indent=1) + "\n"
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        sys.exit(f"sbom: {fault}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
