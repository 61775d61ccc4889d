#!/usr/bin/env bash
# Builds the same contexts with jbuild, docker (BuildKit) and buildah, and compares what comes out.
#
#   src/bench/conformance.sh [OPTION...] [DIRECTORY]
#
# DIRECTORY (default: testdata/conformance) holds build files, called Dockerfile, Containerfile or
# something that begins so, with their contexts beside them. tables/*-conformance.json in it describe
# further cases, as the tests of buildah and imagebuilder do. Compared is every field of the tree, the
# configuration and the history. A difference that docs/conformance.md explains counts as explained;
# if another one is left, the script ends with 1.
#
#   --base NAME=TAR    root file system for build files that ask for NAME, such as alpine=rootfs.tar.gz.
#                      Otherwise there is busybox, made of this machine's static one. Cases that ask
#                      for other images are left out
#   --only PATTERN     only the cases whose name matches; a shell's pattern
#   --tools "T..."     the peers (default: docker buildah)
#   --start-dockerd    start an engine, with its data in the temporary directory; end it afterwards
#   --peers DIR        where results of the peers stay, since they do not change (default: OUT/peers)
#   --peers-only       build what is missing there, and nothing with jbuild
#   --explanations F   instead of docs/conformance.md
#   --out DIR          where table.md, differences.txt, logs and states (what each tool made of a
#                      case, as JSON) go (default: target/conformance)
#   --limit SECONDS    for one build (120)
#
# The same image is given to all as base, and no build gets a network. JBUILD and DOCKER name other
# programs than ./jbuild and docker. An engine serves one run at a time, since it knows each base by
# one name. Tools that are not there are named, with their Debian packages, and left out. Installs
# nothing. Needs root.
set -euo pipefail
JBUILD=${JBUILD:-$(dirname "$0")/../../jbuild}
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

directory=$top/testdata/conformance out=$top/target/conformance
explanations=$top/docs/conformance.md
peers='docker buildah' start_dockerd='' peers_only='' kept='' only='*' limit=120
declare -A bases=()
base_tars=() options=()

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit ;;
      --start-dockerd) start_dockerd=yes && shift && continue ;;
      --peers-only) peers_only=yes && shift && continue ;;
      --*) [ $# -gt 1 ] || die "$1: no such option, or it needs a value (--help)" ;;
    esac
    case $1 in
      --base)
        bases[${2%%=*}]=$(readlink -e "${2#*=}") || die "--base $2: no such file (NAME=TAR)"
        ;;
      --only) only=$2 ;;
      --tools) peers=$2 ;;
      --peers) kept=$(readlink -m "$2") ;;
      --explanations) explanations=$(readlink -e "$2") || die "no such file: $2" ;;
      --out) out=$(readlink -m "$2") ;;
      --limit) limit=$2 ;;
      --*) die "no such option: $1 (--help)" ;;
      *)
        directory=$(readlink -e "$1") || die "no such directory: $1"
        shift && continue
        ;;
    esac
    shift 2
  done
  kept=${kept:-$out/peers}
}

# start: a temporary directory. Nothing is measured, so that no file system of its own is needed.
start() {
  [ "$(id -u)" -eq 0 ] || die "needs root, for sandboxes"
  [ -x "$jbuild" ] || die "no such program: $jbuild"
  need python3 python3
  need skopeo skopeo
  python=$(python3 -c 'import sys; print(sys.executable)')
  work=$(mktemp -d "${TMPDIR:-/var/tmp}/jb.XXXXXX")
  fs=$work/fs
  mkdir "$fs" "$work/bases" "$work/cases"
  trap bench_end EXIT
  trap 'exit 130' INT TERM HUP
  export JBUILD_ROOT=$fs/jbuild
  # A time of the caller's would be one of all images.
  unset SOURCE_DATE_EPOCH
  samples=$out/notes
  mkdir -p "$out/logs"
  : >"$samples"
}

# --- bases -----------------------------------------------------------------------------------------

# busybox_tar: this machine's static busybox with its links, and users as images have them.
busybox_tar() {
  local root=$work/busybox program
  have busybox busybox-static || return 0
  program=$(command -v busybox)
  mkdir -p "$root"/{bin,dev,etc,home,proc,root,sys,tmp,usr/bin,usr/sbin,var}
  chmod 1777 "$root/tmp"
  chmod 700 "$root/root"
  cp "$program" "$root/bin/busybox"
  for program in $("$program" --list); do ln -s busybox "$root/bin/$program" 2>/dev/null || :; done
  printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'daemon:x:1:1:daemon:/usr/sbin:/bin/false' \
    'nobody:x:65534:65534:nobody:/home:/bin/false' >"$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'daemon:x:1:' 'nobody:x:65534:' >"$root/etc/group"
  bases[busybox]=$work/busybox.tar
  tar c -C "$root" --sort=name --mtime=@1000000000 --owner=0 --group=0 --numeric-owner . >"$work/busybox.tar"
}

# bases_load: one image for all tools, that jbuild makes.
bases_load() {
  local base
  [ -n "${bases[busybox]:-}" ] || busybox_tar
  mkdir "$work/empty"
  for base in "${!bases[@]}"; do
    base_tars+=("$base=${bases[$base]}")
    printf 'FROM conformance-rootfs\nENV PATH=%s\nCMD ["/bin/sh"]\n' \
      /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin >"$work/Buildfile"
    attempt "$jbuild" import -t conformance-rootfs "${bases[$base]}" &&
      attempt "$jbuild" build -q -t "$base" -f "$work/Buildfile" "$work/empty" || die "base $base: $reason"
    skopeo inspect --config --raw "oci:$JBUILD_ROOT:$base:latest" >"$work/bases/$base.json"
  done
}

# names_give: every name under which a build file asks for a base, in every tool's store.
names_give() {
  local name base archive=$work/base.tar
  for base in "${!bases[@]}"; do
    rm -f "$archive"
    skopeo copy -q "oci:$JBUILD_ROOT:$base:latest" "docker-archive:$archive:localhost/conformance-$base:latest"
    if has_tool docker; then "$docker" load -q -i "$archive" >/dev/null; fi
    if has_tool buildah; then "${buildah[@]}" pull -q "docker-archive:$archive" >/dev/null; fi
  done
  while IFS=$'\t' read -r name base; do
    [ "$name" = "$base" ] || "$jbuild" tag "$base" "$name"
    if has_tool docker; then "$docker" tag "localhost/conformance-$base" "$name"; fi
    # A short name stands for one of docker.io, there as with docker.
    if has_tool buildah; then "${buildah[@]}" tag "localhost/conformance-$base" "$(full_name "$name")"; fi
  done <"$work/cases/names.tsv"
}

full_name() {
  case $1 in
    docker.io/library/* | docker.io/*/*) echo "$1" ;;
    docker.io/*) echo "docker.io/library/${1#docker.io/}" ;;
    *.*/* | localhost/*) echo "$1" ;;
    */*) echo "docker.io/$1" ;;
    *) echo "docker.io/library/$1" ;;
  esac
}

# --- one build -------------------------------------------------------------------------------------

# words_case TOOL CONTEXT FILE: sets $words to the command that builds it. $options: arguments and secrets.
words_case() {
  case $1 in
    jbuild) words=("$jbuild" build -q --no-cache --network none "${options[@]}" -t conformance -f "$3" "$2") ;;
    docker) words=("$docker" build -q --no-cache --network none "${options[@]}" -f "$3" "$2") ;;
    buildah)
      words=("${buildah[@]}" build -q --no-cache --pull=never --format docker --identity-label=false
        --isolation oci --runtime runc --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024
        "${options[@]}" -t conformance -f "$3" "$2")
      ;;
  esac
}

# state_of TOOL STARTED: what image.py says of the image that was built last.
state_of() {
  local directory=$work/image
  rm -rf "$directory" "$work/image.tar"
  mkdir "$directory"
  case $1 in
    jbuild) directory=$JBUILD_ROOT ;;
    docker) "$docker" save "$(tail -n 1 "$work/stdout")" >"$work/image.tar" && tar x -C "$directory" -f "$work/image.tar" ;;
    buildah)
      "${buildah[@]}" push -q conformance "docker-archive:$work/image.tar"
      tar x -C "$directory" -f "$work/image.tar"
      ;;
  esac
  "$python" "$bench/conformance/image.py" "$directory" conformance:latest "$2" "$work"/bases/*.json
}

# build TOOL KEY CONTEXT FILE: the state goes to $out/states/TOOL/KEY.json.
build() {
  local started log=$out/logs/$1-$2 state=$out/states/$1/$2.json status=0
  started=$(date +%s)
  words_case "$1" "$3" "$4"
  timeout -k 5 "$limit" "${words[@]}" >"$work/stdout" 2>"$log" </dev/null || status=$?
  if [ "$status" -eq 0 ]; then
    # docker cannot save an image without layers: there is nothing to compare then.
    if ! state_of "$1" "$started" >"$state.new" 2>"$log"; then
      rm "$state.new"
      say "$1 $4: not compared: $(last_line "$log")"
      return 0
    fi
  else
    [ "$status" -ne 124 ] || echo "no end after $limit seconds" >>"$log"
    "$python" -c 'import json, sys; print(json.dumps({"failed": sys.argv[1]}))' "$(why "$log")" >"$state.new"
  fi
  mv "$state.new" "$state"
}

# why LOG: the error. jbuild's stands above the line of the build file that it is about.
why() {
  grep -m 1 -E '^[^ ]*:[0-9]+:[0-9]+: ' "$1" || last_line "$1"
}

# build_case KEY CONTEXT FILE DOCKER_FILE: with all tools. What peers made of it before is taken as it is.
build_case() {
  local tool file
  for tool in "${tools[@]}"; do
    if [ "$tool" = jbuild ]; then [ -z "$peers_only" ] || continue; fi
    [ ! -e "$out/states/$tool/$1.json" ] || continue
    file=$3
    [ "$tool" != docker ] || file=$4
    build "$tool" "$1" "$2" "$file"
    case $tool in
      docker) forget_built docker rmi -f "$(cat "$work/stdout")" ;;
      buildah) forget_built buildah rmi conformance ;;
    esac
  done
}

# forget_built TOOL COMMAND...: what was built is of no use any more.
forget_built() {
  local tool=$1
  shift
  if [ "$tool" = docker ]; then set -- "$docker" "$@"; else set -- "${buildah[@]}" "$@"; fi
  "$@" >/dev/null 2>&1 || :
}

# cases_build: every case that is to be built, one after the other.
cases_build() {
  local fields number=0
  while IFS=$'\t' read -ra fields; do
    number=$((number + 1))
    say "$number: ${fields[0]}"
    options=("${fields[@]:5}")
    build_case "${fields[@]:1:4}"
  done <"$work/cases/cases.tsv"
}

# states_begin: where the states of each tool go; those of a peer stay as long as its version does.
states_begin() {
  local tool version
  rm -rf "$out/states"
  mkdir -p "$out/states/jbuild"
  for tool in "${tools[@]}"; do
    case $tool in
      docker) version=$("$docker" version --format '{{.Server.Version}}') ;;
      buildah) version=$(buildah --version | cut -d ' ' -f 3) ;;
      *) continue ;;
    esac
    mkdir -p "$kept/$tool-$version"
    ln -s "$kept/$tool-$version" "$out/states/$tool"
  done
}

main() {
  parse "$@"
  start
  [ -z "$start_dockerd" ] || dockerd_begin
  # shellcheck disable=SC2086 # words
  tools_find $peers
  states_begin
  bases_load
  "$python" "$bench/conformance/cases.py" "$directory" "$work/cases" "$only" "${base_tars[@]}"
  names_give
  cases_build
  [ -z "$peers_only" ] || return 0
  cp "$work/cases/cases.json" "$out/"
  versions >"$out/versions"
  "$python" "$bench/conformance/compare.py" "$out/cases.json" "$out/states" "$explanations" "$out"
}

main "$@"
