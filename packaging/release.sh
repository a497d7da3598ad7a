#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a release's files of the commit that is checked out: source distribution, wheels, their bills of materials and
# SHA256SUMS, in dist/sheltermap-VERSION/. All is built twice, at two places, by two clones, with libraries that were compiled
# twice, and must come out the same to the byte.
#   packaging/release.sh [PYTHON ...]               of the tag vX.Y.Z, for every CPython here or those that are named
#   packaging/release.sh --rehearse [PYTHON ...]    of any commit: the version may be one between releases
# Nothing is sent anywhere. An hour of processor time from empty; libraries that are there are not compiled again.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
work=$root/build/release
say() { echo "==> $*"; }
stop() { echo "release: $*" >&2; exit 1; }

rehearsal=false
if [ "${1:-}" = --rehearse ]; then rehearsal=true; shift; fi
version=$(scripts/version)
commit=$(git rev-parse HEAD)

check_commit() {
    [ -z "$(git status --porcelain)" ] || stop "there are changes that are not committed, or files that git does not know"
    local headings
    mapfile -t headings < <(grep '^## ' CHANGELOG.md)
    [ "${headings[0]}" = "## [Unreleased]" ] || stop "CHANGELOG.md does not begin with ## [Unreleased]"
    grep -qxE '## \[[0-9.]+\] - [0-9]{4}-[0-9]{2}-[0-9]{2}' <<<"${headings[1]}" ||
        stop "the last release in CHANGELOG.md has no day: ${headings[1]}"
    if $rehearsal; then return; fi
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || stop "no tag vX.Y.Z is on this commit: it is $version (--rehearse takes it)"
    [ "${headings[1]% - *}" = "## [$version]" ] ||
        stop "the tag is v$version, the last release in CHANGELOG.md ${headings[1]#\#\# }"
    if sed -n '/^## \[Unreleased\]/,/^## \[[0-9]/p' CHANGELOG.md | grep -q '^- '; then
        stop "what CHANGELOG.md tells under Unreleased belongs to v$version"
    fi
}

# CPythons of the system, of the path and of pyenv that can be built for, one of each version; not those of environments.
pythons_here() {
    local folders folder found tag executable tags=" "
    IFS=: read -ra folders <<<"/usr/bin:$PATH"
    if command -v pyenv >/dev/null; then folders+=("$(pyenv root)"/versions/*/bin); fi
    for folder in "${folders[@]}"; do
        for found in "$folder"/python3.*; do
            [[ $found =~ /python3\.[0-9]+t?$ && -x $found ]] || continue
            read -r tag executable < <("$found" - 2>/dev/null <<'LOOK'
import pathlib, sys, sysconfig
fits = sys.implementation.name == "cpython" and sys.version_info >= (3, 11) and sys.prefix == sys.base_prefix
if fits and pathlib.Path(sysconfig.get_path("include"), "Python.h").exists():
    print(sysconfig.get_config_var("SOABI"), sys.executable)
LOOK
            ) || continue
            if [[ $tags != *" $tag "* ]]; then echo "$executable"; tags+="$tag "; fi
        done
    done
}

# In a fresh clone, so that nothing comes in but what is committed.
build_at() {
    local place=$1 libraries=$2; shift 2
    say "Build in $place"
    rm -rf "$place" && mkdir -p "$(dirname "$place")"
    git clone -q --no-hardlinks "$root" "$place"
    git -C "$place" checkout -q "$commit"
    (cd "$place" && SHELTERMAP_DEPS=$libraries packaging/build_wheel.sh "$@" "${pythons[@]}")
}

check_commit
if [ "$#" -gt 0 ]; then pythons=("$@"); else mapfile -t pythons < <(pythons_here); fi
[ "${#pythons[@]}" -gt 0 ] || stop "no CPython 3.11 or newer with its headers is on the path"
say "sheltermap $version for ${pythons[*]}"

build_at "$work/one" "$root/build/deps"
# Whatever a machine may have otherwise: another umask, language, time zone and order of files; nor does ccache give what
# the first has compiled.
(
    umask 077
    export LC_ALL=C TZ=Pacific/Kiritimati CCACHE_DISABLE=1
    build_at "$work/at/another/place" "$work/deps" --unchecked  # the first were, and these are the same
)
say "The same twice"
first=$work/one/dist second=$work/at/another/place/dist
[ "$(ls "$first")" = "$(ls "$second")" ] || stop "not the same files: $(ls "$first" "$second")"
for file in "$first"/*; do
    cmp "$file" "$second/$(basename "$file")" || stop "$(basename "$file") is not the same twice"
    echo "    $(basename "$file")"
done

say "twine"
venvs=("$work"/one/build/wheels/*/venv)
"${venvs[0]}/bin/python" -m twine check --strict "$first"/*.{tar.gz,whl}

target=$root/dist/sheltermap-$version
rm -rf "$target" && mkdir -p "$target"
cp "$first"/* "$target"
(cd "$target" && sha256sum -- * >"$work/SHA256SUMS" && mv "$work/SHA256SUMS" .)
say "$target"
cat "$target/SHA256SUMS"
