# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # globals of lib.sh
# The tools that are compared, and what is done with each of them. Sourced by lib.sh, not run.

# --- the tools -------------------------------------------------------------------------------------

# dockerd_begin: an engine of our own, with everything it has on the fresh file system.
dockerd_begin() {
  have dockerd docker.io || return 0
  export DOCKER_HOST=unix://$work/docker.sock
  dockerd --iptables=false --bridge=none --data-root "$fs/docker" --exec-root "$work/x" \
    --pidfile "$work/dockerd.pid" -H "$DOCKER_HOST" >"$work/dockerd.log" 2>&1 &
  dockerd_pid=$!
  for _ in {1..60}; do
    if "$docker" info >/dev/null 2>&1; then return 0; fi
    kill -0 "$dockerd_pid" 2>/dev/null || break
    sleep 0.5
  done
  say "dockerd does not answer: $(tail -n 1 "$work/dockerd.log")"
}

dockerd_end() {
  [ -n "$dockerd_pid" ] || return 0
  kill "$dockerd_pid" 2>/dev/null
  wait "$dockerd_pid" 2>/dev/null
  dockerd_pid=
}

# tools_find TOOL...: those of them that can be used here become $tools.
tools_find() {
  tools=(jbuild)
  local tool
  for tool in "$@"; do
    case $tool in
      jbuild) ;;
      docker)
        if ! have "$docker" docker.io; then
          note 'docker was left out: not installed.'
        elif docker_answers; then
          tools+=(docker)
        fi
        ;;
      buildah | podman)
        if have "$tool" "$tool" && have runc runc; then
          tools+=("$tool")
        else
          note "$tool was left out: not installed."
        fi
        ;;
      *) die "no such tool: $tool" ;;
    esac
  done
  # A short name for the run-time files: sockets again.
  storage=(--root "$fs/storage" --runroot "$work/r" --storage-driver overlay)
  buildah=(buildah "${storage[@]}")
  podman=(podman "${storage[@]}" --cgroup-manager=cgroupfs --events-backend=file --runtime=runc)
  if has_tool buildah; then storage_tool=("${buildah[@]}"); else storage_tool=("${podman[@]}"); fi
  export DOCKER_BUILDKIT=1
}

docker_answers() {
  local where
  if ! where=$("$docker" info --format '{{.DockerRootDir}}' 2>&1); then
    note 'docker was left out: no engine answered.'
    say "start an engine or give --start-dockerd: ${where##*$'\n'}"
    return 1
  fi
  case $where in
    "$fs"/*) ;;
    *) note "docker's data root $where was NOT on the fresh file system." ;;
  esac
}

has_tool() { [[ " ${tools[*]} " == *" $1 "* ]]; }

# versions: what is compared, for the head of the samples. A tool that fails here does so again below.
versions() {
  "$jbuild" version
  ! has_tool docker || echo "docker $("$docker" version --format '{{.Server.Version}}') with BuildKit"
  ! has_tool buildah || buildah --version || :
  ! has_tool podman || podman --version || :
  echo "Linux $(uname -r), $(nproc) processors"
}

# base_load TAR: makes the image bench-base of it, for every tool.
base_load() {
  "$jbuild" import "$1" -t bench-base >/dev/null
  cp "$JBUILD_ROOT/index.json" "$work/index.json"
  sleep 0.1
  JBUILD_ARCHIVE=now "$jbuild" version
  if has_tool docker && ! attempt "$docker" import "$1" bench-base; then unusable[docker]=$reason; fi
  # buildah and podman share one storage.
  local storage_load=()
  if has_tool podman; then
    storage_load=("${podman[@]}" import -q "$1" bench-base)
  elif has_tool buildah; then
    mkdir "$work/scratch"
    ln "$1" "$work/scratch/base.tar" 2>/dev/null || cp "$1" "$work/scratch/base.tar"
    printf 'FROM scratch\nADD base.tar /\n' >"$work/scratch/Dockerfile"
    storage_load=("${buildah[@]}" bud -q -t bench-base "$work/scratch")
  fi
  if [ ${#storage_load[@]} -gt 0 ] && ! attempt "${storage_load[@]}"; then
    unusable[buildah]=$reason unusable[podman]=$reason
  fi
}

# --- images ----------------------------------------------------------------------------------------

declare -A built=() # names given since base_load

# words_build TOOL IMAGE DIRECTORY [OPTION...]: sets $words to the command that builds DIRECTORY/Dockerfile.
words_build() {
  local tool=$1 image=$2 directory=$3
  shift 3
  built[$image]=yes
  case $tool in
    jbuild) words=("$jbuild" build -q "$@" -t "$image" -f "$directory/Dockerfile" "$directory") ;;
    docker) words=("$docker" build -q "$@" --network host -t "$image" "$directory") ;;
    buildah) words=("${buildah[@]}" bud -q --layers "$@" --runtime=runc --network host -t "$image" "$directory") ;;
    podman) words=("${podman[@]}" build -q --layers "$@" --network host -t "$image" "$directory") ;;
  esac
}

# words_run TOOL IMAGE COMMAND [ARGUMENT...]: sets $words to the command that runs it in a new container.
words_run() {
  local tool=$1
  shift
  case $tool in
    jbuild) words=("$jbuild" run --rm --network none "$@") ;;
    docker) words=("$docker" run --rm --network none "$@") ;;
    podman) words=("${podman[@]}" run --rm --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 "$@") ;;
  esac
}

# words_import TOOL FILE IMAGE
words_import() {
  built[$3]=yes
  case $1 in
    jbuild) words=("$jbuild" import "$2" -t "$3") ;;
    docker) words=("$docker" import "$2" "$3") ;;
    podman) words=("${podman[@]}" import -q "$2" "$3") ;;
  esac
}

# forget TOOL: back to the state after base_load, so that every round starts from the same.
forget() {
  [ -z "${unusable[$1]:-}" ] || return 0
  case $1 in
    jbuild) forget_jbuild ;;
    docker) forget_docker ;;
    buildah | podman) forget_storage ;;
  esac || say "$1: not all of the last round could be removed"
  sync -f "$fs"
}

# All names but the base's go, and all that was remembered; then jbuild removes what nothing needs.
forget_jbuild() {
  local part
  for part in cache/stat cache/steps logs; do
    [ ! -d "$JBUILD_ROOT/$part" ] || find "$JBUILD_ROOT/$part" -mindepth 1 -delete
  done
  cp "$work/index.json" "$JBUILD_ROOT/index.json"
  "$jbuild" gc --all >/dev/null
}

# Names that are not there any more are no failure.
forget_docker() {
  [ ${#built[@]} -eq 0 ] || "$docker" rmi -f "${!built[@]}" >/dev/null 2>&1 || :
  "$docker" builder prune -af >/dev/null
}

forget_storage() {
  local image
  for image in "${!built[@]}"; do "${storage_tool[@]}" rmi --force "$image" >/dev/null 2>&1 || :; done
  # What is left is intermediate images without a name.
  case ${storage_tool[0]} in
    buildah) "${buildah[@]}" rmi --prune --force >/dev/null ;;
    podman) "${podman[@]}" image prune --force >/dev/null ;;
  esac
}

# image_for_run CASE TOOL IMAGE DIRECTORY: an image to run containers of. podman runs what buildah built.
image_for_run() {
  local builder=$2
  [ "$2" != podman ] || ! has_tool buildah || builder=buildah
  words_build "$builder" "$3" "$4"
  if attempt "${words[@]}"; then return 0; fi
  fail "$1" "$2" "$reason"
  return 1
}

# find_java MAJOR: the home of such a JDK, from JAVA_HOME17 and the like or from the usual directory.
find_java() {
  local variable=JAVA_HOME$1 home
  for home in "${!variable:-}" /usr/lib/jvm/*; do
    if grep -qs "^JAVA_VERSION=\"$1[.\"]" "$home/release"; then
      echo "$home"
      return 0
    fi
  done
  return 1
}
