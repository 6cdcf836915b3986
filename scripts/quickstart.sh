#!/usr/bin/env bash
# From a fresh clone to labelled photos: installs what is missing, builds, runs.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: scripts/quickstart.sh [ARGUMENTS OF clip-classify...]

Installs what is missing (system packages by apt, with sudo where needed; libtorch as a Python wheel into .venv),
builds the program into build/ and labels the sample photos. With arguments, runs clip-classify on them instead:

  scripts/quickstart.sh photo.jpg --labels cat,dog
  scripts/quickstart.sh -- --help          the program's own help

A second run installs and builds nothing that is there already. Progress goes to standard error, details to
build/quickstart.log. Exit: the program's own code, or 2 when the set-up failed.

Environment:
  CMAKE_PREFIX_PATH, Torch_DIR   a libtorch of your own, in place of the wheel
  PYTHON                         the Python that makes .venv (3.10 to 3.14; default: python3)
  CXX                            the compiler (default: g++, 11 or newer)
USAGE
}

case ${1:-} in
  -h | --help) usage && exit ;;
  --) shift ;;
esac

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
program=$build/bin/clip-classify
began=$SECONDS

packages=("${build_packages[@]}")
look_for_torch
[[ -n $torch_dir || -n $(find_python) ]] || packages+=(python3-venv)
install_packages "${packages[@]}"
find_torch
find_sentencepiece
configure "$build" CMAKE_BUILD_TYPE=Release
build_program

if (($#)); then
  exec 3>&-
  exec "$program" "$@"
fi

# As one would type it: short where the current folder is the project's.
shown=build/bin/clip-classify photos=tests/data/photos tree=build
if [[ $(pwd -P) != "$root" ]]; then
  shown=$(printf %q "$program") photos=$root/$photos tree=$(printf %q "$build")
fi
labels=astronaut,cat,coffee,dog,photographer,rocket
say "Ready after $(took "$began"). The sample photos, labelled:"
say ""
say "\$ $shown $(printf %q "$photos") --labels $labels"
exec 3>&-
"$program" "$photos" --labels "$labels"
cat <<NEXT

Try next:
  $shown YOUR.jpg --labels 'cat,dog,a child on a bicycle'
  $shown YOUR_FOLDER --labels-file labels.txt --format csv -o labels.csv
  $shown --help
  cmake --install $tree --prefix ~/.local      # a program that runs from anywhere
NEXT
