#!/usr/bin/env bash
# Fuzzes what reads other people's bytes: texts, manifests, image headers (libFuzzer, AddressSanitizer, UBSan).
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  echo "Usage: scripts/fuzz.sh [SECONDS]      for each target [600]; inputs found are kept in build/fuzz/"
  exit
fi
seconds=${1:-600}

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
packages=("${build_packages[@]}" clang-14)
# The runtime is a package of its own in Debian 12, part of clang's in Ubuntu 22.04.
if ! command -v apt-cache >/dev/null || apt-cache show libclang-rt-14-dev >/dev/null 2>&1; then packages+=(libclang-rt-14-dev); fi
install_packages "${packages[@]}"
look_for_torch
find_sentencepiece

fuzz=$build/fuzz
mkdir -p "$fuzz"
read -ra json <<<"$(pkg-config --cflags nlohmann_json 2>/dev/null || true)"
flags=(-std=c++20 -O1 -g1 "-fsanitize=fuzzer,address,undefined" -fno-sanitize-recover=undefined "${json[@]}"
       -DCOMPACT_MODEL="\"$root/models/compact\"" -I"$root/include" -I"$root/src" -I"$sentencepiece/include")

# target NAME SOURCE... -- LIBRARY...: built when a source is newer; then run.
target() {
  local name=$1 sources=() corpus=$fuzz/$1.corpus
  shift
  while [[ $1 != -- ]]; do sources+=("$root/$1") && shift; done
  shift
  mkdir -p "$corpus"
  if [[ ! -x $fuzz/$name ]] || [[ -n $(find "$root/src" "$root/include" "$root/tests/fuzz" -newer "$fuzz/$name" -name '*.*' -print -quit) ]]; then
    clang++-14 "${flags[@]}" "$root/tests/fuzz/${name}_fuzz.cpp" "${sources[@]}" -o "$fuzz/$name" "$@"
  fi
  (cd "$fuzz" && "./$name" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
    -artifact_prefix="$name-" "$corpus" "${seeds[@]}")
}

seeds=("$root/tests/data/images")
target image_header src/image/probe.cpp src/image/exif.cpp src/image/tiff_directory.cpp src/image/decode_pnm.cpp --
seeds=()
mkdir -p "$fuzz/manifest.corpus" && cp "$root/tests/fuzz/manifest_seed.json" "$fuzz/manifest.corpus/"
target manifest src/model/manifest.cpp src/model/json_fields.cpp src/model/sha256.cpp src/text/utf8.cpp -- -lcrypto -lutf8proc
mapfile -t text < <(cd "$root" && ls src/text/*.cpp)
target text "${text[@]}" -- -DCLIP_CLASSIFY_SENTENCEPIECE_VERSION='""' "$sentencepiece/lib/libsentencepiece.a" -lutf8proc -lcrypto -lpthread
