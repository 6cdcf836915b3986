#!/usr/bin/env bash
# Installs and builds what is missing, then runs every test there is.
set -euo pipefail

groups=(style unit sanitize fuzz cli browser parity install cuda)

usage() {
  cat <<'USAGE'
Usage: scripts/test.sh [--only GROUP]... [--list]

  style      layout of the sources, static analysis, shell scripts (scripts/check_style.sh)
  unit       tests/unit
  sanitize   the same under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer
  fuzz       tests/fuzz: scripts/fuzz.sh, some seconds for each target
  cli        tests/cli: the built program, driven as its users drive it
  browser    tests/browser: pages that it makes, in a headless Chromium; skipped where there is none to be had
  parity     tests/parity: against the Python packages
  install    an installation, moved and with the sources hidden; tests/consumer against it; quickstart.sh again
  cuda       the program on a GPU; skipped where there is none

Sets up what is missing as scripts/quickstart.sh does (see there for the environment variables it takes), and in
.venv-test what only the tests need. Details go to build/test.log and build/results/. The last line counts:
N passed, N failed, N skipped. Exit: 0, 1 when a test failed, 2 when the set-up did.
USAGE
}

chosen=()
while (($#)); do
  case $1 in
    -h | --help) usage && exit ;;
    --list) printf '%s\n' "${groups[@]}" && exit ;;
    --only)
      if [[ " ${groups[*]} " != *" ${2:-?} "* ]]; then
        echo "test.sh: --only takes one of: ${groups[*]}" >&2
        exit 2
      fi
      chosen+=("$2")
      shift
      ;;
    *) echo "test.sh: unknown argument $1 (see --help)" >&2 && exit 2 ;;
  esac
  shift
done
((${#chosen[@]})) || chosen=("${groups[@]}")
wants() { [[ " ${chosen[*]} " == *" $1 "* ]]; }

exec 2>&1  # one stream, in order
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# --- counting --------------------------------------------------------------------------------------------

passed=0 failed=0 skipped=0 closed=
began=$SECONDS
scratch=$(mktemp -d)

# The closing line stands at the end of every run, also of one that the set-up ended.
finish() {
  local status=$?
  rm -rf "$scratch"
  if [[ -z $closed ]]; then
    closed=yes
    ((status == 0)) || failed=$((failed + 1))
    ((passed + failed)) || failed=1
    say ""
    say "$passed passed, $failed failed, $skipped skipped"
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

group() { printf '%-9s ' "$1" && group_began=$SECONDS; }

# tally PASSED FAILED SKIPPED: adds a group's counts and ends its line.
tally() {
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
  printf '%4d passed %3d failed %3d skipped   %s\n' "$1" "$2" "$3" "$(took "$group_began")"
}

# The sum of one attribute over all suites of a JUnit file.
attribute() {  # FILE NAME
  tr '\n' ' ' <"$1" | grep -o '<testsuite [^>]*>' | { grep -o "[[:space:]]$2=\"[0-9]*\"" || true; } |
    tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

# runner NAME XML COMMAND...: a group whose command writes JUnit XML. Its words are shown only when it fails; one
# that dies without a failed test (a crash, a leak at the end) is a failure by itself.
runner() {
  local name=$1 xml=$2 status=0 tests=0 bad=0 idle=0
  shift 2
  rm -f "$xml"
  "$@" </dev/null >"$results/$name.log" 2>&1 || status=$?
  if [[ -f $xml ]]; then
    tests=$(attribute "$xml" tests)
    bad=$(($(attribute "$xml" failures) + $(attribute "$xml" errors)))
    idle=$(($(attribute "$xml" skipped) + $(attribute "$xml" disabled)))
  fi
  if (((status != 0 || tests == 0) && bad == 0)); then
    bad=1 tests=$((tests + 1))
    echo "the runner ended with exit code $status after $((tests - 1)) tests, none of them failed" >>"$results/$name.log"
  fi
  tally $((tests - bad - idle)) "$bad" "$idle"
  if ((bad)); then
    tail -n 150 "$results/$name.log" | sed 's/^/    /'
    echo "    (all of it: $results/$name.log)"
  elif ((idle)); then  # the reasons, as pytest and GoogleTest tell them
    sed -n 's/^SKIPPED /    skipped: /p' "$results/$name.log"
    awk '/: Skipped$/ { if ((getline reason) > 0) print "    skipped: " reason }' "$xml" "$results/$name.log" | sort -u
  fi
}

# case_ WHAT COMMAND...: one test that is a command.
cases_passed=0 cases_failed=0 cases_log=
case_() {
  local what=$1 log=$results/${1//[^[:alnum:]]/-}.log
  shift
  if "$@" </dev/null >"$log" 2>&1; then
    cases_passed=$((cases_passed + 1))
  else
    cases_failed=$((cases_failed + 1))
    cases_log+=$(printf '    %s: failed\n' "$what" && tail -n 60 "$log" | sed 's/^/        /' &&
      printf '        (all of it: %s)\n' "$log")$'\n'
  fi
}
tally_cases() {  # SKIPPED REASON
  tally "$cases_passed" "$cases_failed" "${1:-0}"
  printf '%s' "$cases_log"
  [[ -z ${2:-} ]] || echo "    skipped: $2"
  cases_passed=0 cases_failed=0 cases_log=
}

# --- the groups ------------------------------------------------------------------------------------------

run_style() {
  local check
  for check in format tidy shell; do
    case_ "$check" "$root/scripts/check_style.sh" --only "$check"
  done
  tally_cases
}

# unit_tests NAME BUILD SECONDS: in one process, since as many as there are tests would load libtorch each.
unit_tests() {
  runner "$1" "$results/$1.xml" env "GTEST_OUTPUT=xml:$results/$1.xml" UBSAN_OPTIONS=print_stacktrace=1 \
    timeout "$3" "$2/bin/unit_tests"
}
run_unit() { unit_tests unit "$build" 300; }
run_sanitize() { unit_tests sanitize "$build-sanitize" 900; }

run_fuzz() {
  case_ "fuzz" "$root/scripts/fuzz.sh" 15
  tally_cases
}

# python_tests NAME ARGUMENT...: the folder of that name under tests.
python_tests() {
  runner "$1" "$results/$1.xml" env CLIP_CLASSIFY="$build/bin/clip-classify" PYTHONDONTWRITEBYTECODE=1 \
    HF_HUB_OFFLINE=1 "$test_venv/bin/python" -m pytest -q -rs -o cache_dir="$build/pytest" --durations=5 \
    --junitxml "$results/$1.xml" "$root/tests/$1" "${@:2}"
}
run_cli() { python_tests cli -n "$(jobs 3000)"; }
run_browser() { python_tests browser; }
run_parity() { python_tests parity -n "$(jobs 6000)"; }  # some models take that much

# The command in a file system where neither the sources, nor the build, nor .venv can be seen.
hidden() {
  local torch_package=${torch_dir%/share/cmake/Torch}
  # shellcheck disable=SC2016  # expanded by the inner shell
  "${unshare[@]}" bash -euc '
    for place in "$1" "$2"; do [ ! -d "$place" ] || mount -t tmpfs none "$place"; done
    test ! -e "$1/CMakeLists.txt"
    shift 2
    exec env -i PATH=/usr/bin:/bin HOME="$HOME" "$@"' hidden "$root" "$torch_package" "$@"
}

says_cat() {  # COMMAND...: prints one record, of a cat
  "$@" >"$scratch/record.json" && cat "$scratch/record.json" &&
    grep -qE '^\{.*"label": ?"cat".*\}$' <(head -n 1 "$scratch/record.json") && (($(wc -l <"$scratch/record.json") == 1))
}

needs_nothing_of_ours() {  # FILE...: none of their libraries lies in the checkout, and none is missing
  ldd "$@" >"$scratch/ldd" && ! grep -F -e "$root/" -e 'not found' "$scratch/ldd"
}

quick_again() {
  "$root/scripts/quickstart.sh" "$scratch/cat.jpg" --labels cat,rocket --json 2>"$scratch/words" >"$scratch/record.json" &&
    grep -q '"cat"' "$scratch/record.json" && cat "$scratch/words" && [[ ! -s $scratch/words ]]
}

run_install() {
  local prefix="$scratch/a prefix" moved="$scratch/moved" unshare=(unshare -m) omitted=0 reason=
  cp "$root/tests/data/photos/cat.jpg" "$scratch/"
  cd /
  case_ "cmake --install" cmake --install "$build" --prefix "$prefix"
  case_ "consumer: configure" cmake -S "$root/tests/consumer" -B "$scratch/consumer" -G Ninja \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix"
  case_ "consumer: build" ninja -C "$scratch/consumer"
  case_ "consumer: run" says_cat "$scratch/consumer/consumer" "$scratch/cat.jpg" cat dog rocket
  case_ "move the installation" mv "$prefix" "$moved"
  case_ "libraries of the installation" needs_nothing_of_ours "$moved/bin/clip-classify"
  case_ "run from elsewhere" says_cat "$moved/bin/clip-classify" "$scratch/cat.jpg" --labels cat,dog,rocket --json
  ((EUID == 0)) || unshare=(unshare -rm)
  if "${unshare[@]}" mount -t tmpfs none "$scratch/consumer" 2>/dev/null; then
    case_ "run with the sources hidden" says_cat hidden "$moved/bin/clip-classify" "$scratch/cat.jpg" \
      --labels cat,dog,rocket --json
  else
    omitted=1 reason="run with the sources hidden: this machine allows no mount namespace"
  fi
  case_ "quickstart.sh with nothing left to do is silent" quick_again
  cd "$root"
  tally_cases "$omitted" "$reason"
}

on_gpu() { says_cat "$build/bin/clip-classify" "$root/tests/data/photos/cat.jpg" --labels cat,dog --device cuda --json; }

run_cuda() {
  if [[ ! -f ${torch_dir%/share/cmake/Torch}/lib/libtorch_cuda.so ]]; then
    tally_cases 1 "this libtorch is built without CUDA"
  elif ! command -v nvidia-smi >/dev/null || ! nvidia-smi -L 2>/dev/null | grep -q GPU; then
    tally_cases 1 "no CUDA device"
  else
    case_ "one photo on the GPU" on_gpu
    tally_cases
  fi
}

# --- set-up, then the groups that were asked for ---------------------------------------------------------

packages=("${build_packages[@]}" libgtest-dev libgmock-dev)
if wants style; then packages+=(shellcheck); fi
if wants cli; then packages+=(parallel); fi
look_for_torch
[[ -n $torch_dir && -d $test_venv ]] || [[ -n $(find_python) ]] || packages+=(python3-venv)
install_packages "${packages[@]}"
# Debian has it; Ubuntu has a snap, which runs in no container. Without it the tests that need it are skipped.
if wants browser && apt-cache show chromium-driver >/dev/null 2>&1; then
  (install_packages chromium chromium-driver) || say "Going on without Chromium."
fi
find_torch
find_sentencepiece
if wants style || wants cli || wants browser || wants parity; then find_test_venv; fi

results=$build/results
mkdir -p "$results"
if [[ ${chosen[*]} != style ]]; then
  configure "$build" CMAKE_BUILD_TYPE=Release CLIP_CLASSIFY_BUILD_TESTS=ON
  touch "$build/.program-built.began"
  step "Building the program and its tests" "See the compiler's words above." ninja -C "$build" -j "$(jobs 1500)"
  mv "$build/.program-built.began" "$build/.program-built"  # the mark that quickstart.sh looks for
fi
if wants sanitize; then
  # -O1 and few debug symbols: half the compile time, and a stack trace still names its lines.
  configure "$build-sanitize" CMAKE_BUILD_TYPE=Debug "CMAKE_CXX_FLAGS_DEBUG=-O1 -g1 -D_GLIBCXX_ASSERTIONS" \
    CLIP_CLASSIFY_BUILD_TESTS=ON CLIP_CLASSIFY_WERROR=ON CLIP_CLASSIFY_SANITIZE=ON
  step "Building the tests with sanitizers" "See the compiler's words above." \
    ninja -C "$build-sanitize" -j "$(jobs 1500)" unit_tests
fi

say "Ready after $(took "$began")."
for name in "${groups[@]}"; do
  if wants "$name"; then
    group "$name"
    "run_$name"
  fi
done

closed=yes
printf '\nAll in %s.\n%d passed, %d failed, %d skipped\n' "$(took "$began")" "$passed" "$failed" "$skipped"
((failed == 0)) || exit 1
((passed > 0)) || exit 1
