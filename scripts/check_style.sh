#!/usr/bin/env bash
# Checks the layout of the C++ sources, their common mistakes, and the shell scripts.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: scripts/check_style.sh [--only format|tidy|shell]... [--fix]

  format   clang-format, as .clang-format says
  tidy     clang-tidy, as .clang-tidy says; files that passed and have not changed since are not checked again
  shell    shellcheck
  --fix    lay the sources out with clang-format instead of checking

The tools of pinned versions come from .venv-test (scripts/requirements-test.txt), which is made where it is missing.
Exit: 0 clean, 1 something to mend, 2 a tool is missing.
USAGE
}

checks=() fix=
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --fix) fix=yes ;;
    --only)
      case ${2:-} in
        format | tidy | shell) checks+=("$2") && shift ;;
        *) echo "check_style.sh: --only takes format, tidy or shell" >&2 && exit 2 ;;
      esac
      ;;
    *) echo "check_style.sh: unknown argument $1 (see --help)" >&2 && exit 2 ;;
  esac
  shift
done
((${#checks[@]})) || checks=(format tidy shell)
[[ -z $fix ]] || checks=(format)

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"
if [[ ${checks[*]} != shell ]]; then
  find_torch
  find_test_venv
  export PATH=$test_venv/bin:$PATH
fi

sources() { find include src tests -path tests/data -prune -o \( "$@" \) -print | LC_ALL=C sort; }

check_format() {
  local files
  mapfile -t files < <(sources -name '*.cpp' -o -name '*.h')
  if [[ -n $fix ]]; then clang-format -i "${files[@]}"; else clang-format --dry-run -Werror "${files[@]}"; fi
}

# shellcheck disable=SC2317  # called by xargs
# One file, unless the same file passed with the same headers, rules and compiler options before.
tidy_one() {
  local file=$1 passed
  passed=$tidy_passed/$({ cat "$file" && echo "$file $tidy_surroundings"; } | sha256sum | cut -c 1-40)
  [[ ! -e $passed ]] || return 0
  # The options are those of GCC, whose -Wextra lets a designated initialiser leave fields out.
  if clang-tidy --quiet -p "$build-tidy" --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-missing-designated-field-initializers "$file" 2>&1 |
    sed '/^[0-9]* warnings\? \(generated\|treated as error\)/d; /^Suppressed /d; /^Use -header-filter/d'; then
    touch "$passed"
  else
    return 1
  fi
}

check_tidy() {
  local headers
  # For a compile_commands.json of all sources by themselves.
  configure "$build-tidy" CMAKE_BUILD_TYPE=Release CLIP_CLASSIFY_BUILD_TESTS=ON CLIP_CLASSIFY_JOIN_SOURCES=OFF
  tidy_passed=$build/tidy
  mkdir -p "$tidy_passed"
  mapfile -t headers < <(sources -name '*.h')
  tidy_surroundings=$(cat "${headers[@]}" .clang-tidy scripts/requirements-test.txt CMakeLists.txt | sha256sum)
  export -f tidy_one
  export tidy_passed tidy_surroundings build
  # shellcheck disable=SC2016  # expanded by the inner shell
  sed -n 's|^ *"file": "\(.*\)".*|\1|p' "$build-tidy/compile_commands.json" | sort -u |
    xargs -d '\n' -P "$(jobs 1500)" -n 1 bash -o pipefail -c 'tidy_one "$1"' tidy_one
}

check_shell() {
  if ! command -v shellcheck >/dev/null; then
    echo "check_style.sh: shellcheck is missing: install the package of that name" >&2
    return 2
  fi
  shellcheck -x scripts/*.sh .ci/run
}

run_check() {
  case $1 in
    format) check_format ;;
    tidy) check_tidy ;;
    shell) check_shell ;;
  esac
}

status=0
for check in "${checks[@]}"; do
  if ! run_check "$check"; then
    echo "check_style.sh: $check: see above" >&2
    status=1
  fi
done
exit "$status"
