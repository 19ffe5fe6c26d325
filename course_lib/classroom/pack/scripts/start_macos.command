#!/bin/sh
# Installs the course from this stick into a folder of your own, and opens it. No network is needed.
# Use: sh start_macos.command [FOLDER]     (FOLDER is "where-the-compute-goes" in your home if you name none)
# With ONLY_INSTALL=1 in front it installs and opens nothing.
set -eu
stick=$(cd "$(dirname "$0")" && pwd)
folder=${1:-"$HOME/where-the-compute-goes"}

python=""
for version in @PYTHONS@; do
    for candidate in "python$version" python3 python; do
        found=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
        if [ -z "$python" ] && [ "$found" = "$version" ]; then python=$candidate; fi
    done
done
if [ -z "$python" ]; then
    echo "Python is missing: one of @PYTHONS@ must be installed. See README.txt on this stick." >&2
    exit 1
fi

mkdir -p "$folder"
# What you have changed is never written over: your own copies lie in workbook/.
cp -R "$stick/course/." "$folder/"
if ! [ -x "$folder/.venv/bin/course" ]; then
    echo "Installing into $folder ... (a few minutes from a slow stick)"
    "$python" -m venv "$folder/.venv"
    "$folder/.venv/bin/python" -m pip install --quiet --no-index --find-links "$stick/wheels" where-the-compute-goes
fi
cd "$folder"
if [ -n "${ONLY_INSTALL:-}" ]; then echo "Installed in $folder."; exit 0; fi
exec .venv/bin/course lab
