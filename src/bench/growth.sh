#!/bin/bash
# How cost grows: RUN steps, files of a COPY, layers of an image, bytes below a step.
#
#   src/bench/growth.sh [OPTION...] [SERIES...]
#
# SERIES: steps files layers parent (all, if none is named).
#
#   --base TAR         as for peers.sh
#   --out DIR          where growth.tsv and growth.md go (default: target/bench)
#   --docker           docker as well; --start-dockerd starts an engine for it
#   --rounds N         samples of each point (5)
#   --disk SIZE        size of the fresh file system, a sparse file below TMPDIR or /var/tmp (32G)
#   --steps "N..."     RUN steps of a build without cache ("1 10 100")
#   --files "N..."     files of a COPY, hundreds, the first build ever ("1000 10000 100000")
#   --depths "N..."    layers of an image that runs true ("1 20 120")
#   --parents "N..."   megabytes, even, below a RUN that writes one byte ("10 100 1000 5000")
#
# What peers.sh says of rounds, the file system and failures is true here. plot.py draws growth.tsv.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

base='' out=$top/target/bench peers='' start_dockerd=''
rounds=5 disk=32G
steps='1 10 100' files='1000 10000 100000' depths='1 20 120' parents='10 100 1000 5000'
all_series='steps files layers parent'
series=()

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit ;;
      --docker) peers=docker && shift && continue ;;
      --start-dockerd) peers=docker start_dockerd=yes && shift && continue ;;
      --*) [ $# -gt 1 ] || die "$1: no such option, or it needs a value (--help)" ;;
    esac
    case $1 in
      --base) base=$(readlink -e "$2") || die "no such file: $2" ;;
      --out) out=$(readlink -m "$2") ;;
      --rounds) rounds=$2 ;;
      --disk) disk=$2 ;;
      --steps) steps=$2 ;;
      --files) files=$2 ;;
      --depths) depths=$2 ;;
      --parents) parents=$2 ;;
      --*) die "no such option: $1 (--help)" ;;
      *)
        [[ " $all_series " == *" $1 "* ]] || die "no such series: $1 (known: $all_series)"
        series+=("$1") && shift && continue
        ;;
    esac
    shift 2
  done
  [ ${#series[@]} -gt 0 ] || read -ra series <<<"$all_series"
}

# For each series: its points, how inputs of a point are made, and one sample of it.

points_steps() { echo "$steps"; }
prepare_steps() {
  title "steps-$1" "$1 RUN steps, --no-cache"
  run_steps_context "$fs/steps-$1" "$1"
}
sample_steps() {
  forget "$1"
  words_build "$1" bench-x "$fs/steps-$2" --no-cache
  sample "steps-$2" "$1" "${words[@]}"
}

points_files() { echo "$files"; }
prepare_files() {
  title "files-$1" "COPY of $1 files, the first build ever"
  copy_context "$fs/files-$1" $(($1 / 100))
}
sample_files() {
  forget "$1"
  words_build "$1" bench-x "$fs/files-$2"
  sample "files-$2" "$1" "${words[@]}"
}

points_layers() { echo "$depths"; }
prepare_layers() {
  title "layers-$1-true" "$1 layers: run true"
  run_steps_context "$fs/depth-$1" $(($1 - 1))
  images_for_all "layers-$1-true" "bench-depth-$1" "$fs/depth-$1"
}
sample_layers() {
  words_run "$1" "bench-depth-$2" /bin/true
  sample "layers-$2-true" "$1" "${words[@]}"
}

points_parent() { echo "$parents"; }
prepare_parent() {
  title "parent-$1" "RUN that writes a byte above a parent of $1 MB, --no-cache"
  mkdir -p "$fs/parent-$1" "$fs/byte-$1"
  printf 'FROM bench-base\nRUN %s\n' "$(perl_writer /w $(($1 / 2)))" >"$fs/parent-$1/Dockerfile"
  printf 'FROM bench-parent-%s\nRUN printf x >/byte\n' "$1" >"$fs/byte-$1/Dockerfile"
  images_for_all "parent-$1" "bench-parent-$1" "$fs/parent-$1"
}
sample_parent() {
  words_build "$1" bench-x "$fs/byte-$2" --no-cache
  sync -f "$fs"
  sample "parent-$2" "$1" "${words[@]}"
}

# images_for_all CASE IMAGE DIRECTORY
images_for_all() {
  local tool
  for tool in "${tools[@]}"; do
    image_for_run "$1" "$tool" "$2" "$3" || :
  done
}

run_series() {
  local name=$1 point points tool
  say "== $name"
  round=0
  read -ra points <<<"$("points_$name")"
  for point in "${points[@]}"; do "prepare_$name" "$point"; done
  for ((round = 1; round <= rounds; round++)); do
    for point in "${points[@]}"; do
      for tool in "${tools[@]}"; do "sample_$name" "$tool" "$point" || :; done
    done
  done
  for tool in "${tools[@]}"; do forget "$tool"; done
  built=()
}

main() {
  parse "$@"
  bench_start "$disk"
  base_tar
  samples_begin "$out/growth.tsv"
  note "$rounds rounds."
  [ -z "$start_dockerd" ] || dockerd_begin
  # shellcheck disable=SC2086 # words
  tools_find $peers
  versions | sed 's/^/# /' >>"$samples"
  base_load "$base"
  local name
  for name in "${series[@]}"; do run_series "$name"; done
  "$python" "$bench/table.py" "$out/growth.tsv" | tee "$out/growth.md"
  say "samples: $out/growth.tsv, table: $out/growth.md; plot.py draws them"
}

main "$@"
