#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fetches vcpkg and builds the libraries of vcpkg.json with it, static, for packaging/cibuildwheel.toml. Untried; see there.
#   packaging/vcpkg/install.sh FOLDER     they come into FOLDER/libraries, their licences into FOLDER/licences
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)
licences=$folder/licences
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) triplet=x64-linux ;;
    Linux-aarch64) triplet=arm64-linux ;;
    Darwin-x86_64) triplet=x64-osx ;;
    Darwin-arm64) triplet=arm64-osx ;;
    *) triplet=x64-windows-static-md ;;
esac
vcpkg=$folder/vcpkg
if [ ! -d "$vcpkg/.git" ]; then git clone https://github.com/microsoft/vcpkg "$vcpkg"; fi
"$vcpkg"/bootstrap-vcpkg.sh -disableMetrics
"$vcpkg"/vcpkg install --triplet "$triplet" --x-manifest-root "$here" --x-install-root "$folder/installed"
rm -rf "$folder/libraries" && cp -R "$folder/installed/$triplet" "$folder/libraries"
mkdir -p "$licences"
cp "$here/../BUNDLED.md" "$licences"
for copyright in "$folder"/libraries/share/*/copyright; do
    cp "$copyright" "$licences/$(basename "$(dirname "$copyright")").txt"
done
