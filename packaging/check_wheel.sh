#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Judges a wheel of packaging/build_wheel.sh: what it shows and takes, how large it is, and whether it works by itself and
# beside libraries that have the same functions inside.
#   packaging/check_wheel.sh WHEEL [PYTHON]     with /usr/bin/python3, in an environment of its own
# shellcheck disable=SC2329  # gates call the functions
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
wheel=$(realpath "$1")
python=${2:-/usr/bin/python3}
most_bytes=12000000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
gate() {
    local name=$1; shift
    if "$@" >"$folder/said" 2>&1; then
        echo "    $name"
    else
        echo "FAILED: $name"; tail -n 20 "$folder/said"; failed=1
    fi
}

"$python" -m zipfile -e "$wheel" "$folder/wheel"
module=$(echo "$folder"/wheel/sheltermap/_core*.so)
information=$(echo "$folder"/wheel/sheltermap-*.dist-info)

small() { ls -l "$wheel"; [ "$(stat -c %s "$wheel")" -le "$most_bytes" ]; }
# The linker lets a module pass that calls what nobody has, and another package's copy of GDAL would answer for it.
calls_nothing_of_other_packages() {
    local called
    called=$(nm -D --undefined-only "$module") || return
    ! grep -vE '@GLIBC_| _?Py| w (_ITM_|__gmon_start__|__cxa_pure_virtual)|@GCC_' <<<"$called"
}
shows_nothing_but_itself() {
    nm -D --defined-only "$module"
    [ "$(nm -D --defined-only "$module" | awk '{print $NF}')" = PyInit__core ]
}
needs_nothing_but_glibc_and_libgcc() {
    local needed
    needed=$(readelf -d "$module" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p') || return
    [ -n "$needed" ] && ! grep -vxE 'lib(c|m|pthread|dl|gcc_s)\.so\.[0-9]+|ld-linux-x86-64\.so\.2' <<<"$needed"
}
has_data_and_licences() {
    ls "$folder"/wheel/sheltermap/_bundled/proj/proj.db "$folder"/wheel/sheltermap/_bundled/gdal \
        "$information"/licenses/bundled/{BUNDLED.md,VERSIONS.txt,geos.txt,gdal.txt,proj.txt,sqlite3.txt}
}
tells_what_is_inside() {
    local library
    while read -r library _; do
        grep "\"name\": \"$library\"" "$information/sboms/sheltermap.cdx.json" || { echo "not $library"; return 1; }
    done <"$information/licenses/bundled/VERSIONS.txt"
}
names_no_folder_of_the_builder() { [ "$(grep -c -aF "$root" "$module")" = 0 ]; }
is_manylinux() {
    [[ $wheel == *-manylinux_*_x86_64.whl ]] && PATH=$folder/venv/bin:$PATH auditwheel show "$wheel" | tr '\n' ' ' |
        grep 'is consistent with.*"manylinux_'
}
works_by_itself() {
    env -u PYTHONPATH PROJ_DATA=/nonexistent PROJ_LIB=/nonexistent GDAL_DATA=/nonexistent \
        "$folder/venv/bin/sheltermap" run "$root/sample_data/ogre/plan.toml" -o "$folder/ogre"
}
# Every order of import, symbols for all, data paths that lead nowhere.
works_beside_others() {
    cd "$root" && env -u PYTHONPATH "$folder/venv/bin/python" -m pytest -q -p no:cacheprovider --basetemp "$folder/pytest" \
        tests/python/test_neighbours.py
}

echo "==> $(basename "$wheel")"
gate "at most $most_bytes bytes" small
gate "calls nothing but Python, glibc and libgcc" calls_nothing_of_other_packages
gate "shows nothing but itself" shows_nothing_but_itself
gate "needs nothing but glibc and libgcc" needs_nothing_but_glibc_and_libgcc
gate "has data and licences" has_data_and_licences
gate "has a bill of materials" tells_what_is_inside
gate "names no folder of the machine it was built on" names_no_folder_of_the_builder
"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check "$wheel"
gate "runs the sample plan in an empty environment" works_by_itself
mapfile -t tools < <("$python" "$root/scripts/requirements.py" wheel)
"$folder/venv/bin/python" -m pip install -q --disable-pip-version-check -c "$root/scripts/constraints.txt" \
    "${tools[@]}" pytest hypothesis pyogrio rasterio
gate "works beside pyogrio, rasterio, shapely and pyproj" works_beside_others
gate "auditwheel takes it for manylinux" is_manylinux
exit "$failed"
