# SPDX-License-Identifier: Apache-2.0
"""What the system's GDAL, in a process of its own, finds in a file that we wrote."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

PYTHON = "/usr/bin/python3"
LOOK = """
import json, re, sys
from osgeo import gdal, ogr

gdal.UseExceptions()
dataset = gdal.OpenEx(sys.argv[1], gdal.OF_VECTOR)
def alias(name):
    if dataset.GetDriver().ShortName != "OpenFileGDB":
        return None
    told = dataset.ExecuteSQL(f"GetLayerDefinition {name}").GetNextFeature().GetField(0)
    return ([None] + re.findall("<AliasName>(.*?)</AliasName>", told))[-1]

layers = {}
for layer in (dataset.GetLayer(at) for at in range(dataset.GetLayerCount())):
    definition = layer.GetLayerDefn()
    fields = [definition.GetFieldDefn(at) for at in range(definition.GetFieldCount())]
    layers[layer.GetName()] = {
        "alias": alias(layer.GetName()),
        "geometry": ogr.GeometryTypeToName(layer.GetGeomType()),
        "crs": layer.GetSpatialRef() and layer.GetSpatialRef().GetAuthorityCode(None),
        "fields": {
            field.GetName(): {
                "alias": field.GetAlternativeName(),
                "type": field.GetTypeName(),
                "subtype": ogr.GetFieldSubTypeName(field.GetSubType()),
                "domain": field.GetDomainName(),
            }
            for field in fields
        },
        "rows": [
            {field.GetName(): row.GetFieldAsString(at) if row.IsFieldSetAndNotNull(at) else None
             for at, field in enumerate(fields)}
            for row in layer
        ],
    }
domains = {name: dataset.GetFieldDomain(name).GetEnumeration() for name in dataset.GetFieldDomainNames() or []}
print(json.dumps({"layers": layers, "domains": domains}))
"""


def look(path: Path) -> dict[str, Any]:
    """Return layers with fields and rows, and the domains of a file."""
    if not Path(PYTHON).exists() or subprocess.run([PYTHON, "-c", "import osgeo.gdal"], capture_output=True).returncode:
        pytest.skip("the system's Python has no GDAL")
    done = subprocess.run([PYTHON, "-W", "error", "-c", LOOK, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found
