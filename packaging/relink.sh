#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes wheels with another GEOS inside, as its licence, the LGPL, gives everybody the right to.
#   packaging/relink.sh FOLDER [PYTHON ...]     FOLDER has its sources: changed ones, or those of another version
# They come into dist/ as those of packaging/build_wheel.sh do, which does all else and says what it needs. The next call of
# packaging/build_wheel.sh takes Debian's GEOS again.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
sources=$(realpath "$1")
shift
cd "$root"
deps=$(realpath -m "${SHELTERMAP_DEPS:-build/deps}")
[ -f "$sources/include/geos/geom/Geometry.h" ] || { echo "relink: these are not the sources of GEOS: $sources" >&2; exit 1; }

packaging/build_deps.sh "$deps"
note=$deps/sources/geos/missed
kept=$(cat "$note" 2>/dev/null || true)
put_back() {
    rm -f "$deps"/{begun,done}/geos "$note"
    if [ -n "$kept" ]; then echo "$kept" >"$note"; fi
}
trap put_back EXIT
rm -rf "$deps"/{src,build}/geos "$deps/done/geos"
cp -a "$sources" "$deps/src/geos"
mkdir "$deps/build/geos"
echo "; another is in its place: $(basename "$sources")" >"$note"
packaging/build_wheel.sh "$@"
