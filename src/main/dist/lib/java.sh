# Finding a Java for jbuild; sourced by bin/jbuild, and in a checkout by ./jbuild and ./mvnw. POSIX sh.
# No process is started where the answer is in a file: this runs before every command.

# java_accept DIR PROGRAM: is DIR a Java 17 or newer that has bin/PROGRAM? Sets java_home,
# java_major and java_version (the exact build).
java_accept() {
  [ -x "$1/bin/$2" ] || return 1
  java_home=$1 java_major= java_version=
  if [ -r "$1/release" ]; then
    # Lines look like: JAVA_VERSION="17.0.15". A shell reads a byte at a time: not one line more than needed.
    while IFS='="' read -r java_key java_empty java_value java_rest; do
      case $java_key in
        JAVA_VERSION) java_major=${java_value%%[!0-9]*} ;;
        JAVA_RUNTIME_VERSION) java_version=$java_value ;;
      esac
      [ -z "$java_major" ] || [ -z "$java_version" ] || break
    done <"$1/release"
  else
    # Some distributions' run-time packages have no release file: ask, at the price of a JVM start.
    java_version=$("$1/bin/java" -XshowSettings:properties -version 2>&1 |
      sed -n 's/^ *java\.runtime\.version = //p')
    java_major=${java_version%%[!0-9]*}
  fi
  [ -n "$java_version" ] || java_version=$java_major
  [ "${java_major:-0}" -ge 17 ]
}

# java_find PROGRAM: the first Java 17 or newer in JAVA_HOME, PATH, the usual folders.
java_find() {
  java_program=$1
  if [ -n "${JAVA_HOME:-}" ] && java_accept "$JAVA_HOME" "$java_program"; then return 0; fi
  java_ifs=$IFS IFS=:
  # shellcheck disable=SC2086 # split at the colons
  set -- $PATH
  IFS=$java_ifs
  for java_dir in "$@"; do
    java_file=$java_dir/$java_program
    [ -x "$java_file" ] || continue
    if [ -L "$java_file" ]; then
      # Most often it stands for one of the usual folders, which is seen without a process.
      for java_dir in /usr/lib/jvm/* /usr/lib64/jvm/*; do
        [ ! -L "$java_dir" ] && [ "$java_dir/bin/$java_program" -ef "$java_file" ] || continue
        if java_accept "$java_dir" "$java_program"; then return 0; fi
      done 2>/dev/null
      java_file=$(readlink -f "$java_file")
    fi
    java_dir=${java_file%/*}
    if java_accept "${java_dir%/bin}" "$java_program"; then return 0; fi
  done
  for java_dir in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/*; do
    if java_accept "$java_dir" "$java_program"; then return 0; fi
  done
  return 1
}

# setup_manager: the distribution's package manager, as the words that install a package.
setup_manager() {
  for setup_name in apt-get dnf apk pacman zypper; do
    command -v "$setup_name" >/dev/null 2>&1 || continue
    case $setup_name in
      apt-get) setup_install='apt-get install -y --no-install-recommends' ;;
      dnf) setup_install='dnf install -y' ;;
      apk) setup_install='apk add' ;;
      pacman) setup_install='pacman -Sy --noconfirm' ;;
      zypper) setup_install='zypper --non-interactive install' ;;
    esac
    return 0
  done
  return 1
}

# setup_agreed WHAT COMMAND: may COMMAND be run? As root with JBUILD_SETUP=1 yes, on a terminal the
# user is asked; else the command is shown and the answer is no.
setup_agreed() {
  if [ "$(id -u)" != 0 ]; then
    echo "jbuild: $1 not found: install it as root with: $2" >&2
    return 1
  fi
  if [ "${JBUILD_SETUP:-}" = 1 ]; then return 0; fi
  if [ -t 0 ] && [ -t 2 ]; then
    printf 'jbuild: %s not found. Run "%s" now? [y/N] ' "$1" "$2" >&2
    read -r setup_answer
    case $setup_answer in [yY]*) return 0 ;; esac
    return 1
  fi
  echo "jbuild: $1 not found: install it with: $2 (JBUILD_SETUP=1 does so)" >&2
  return 1
}

# setup_packages PACKAGE...: installs the first that the distribution has.
setup_packages() {
  [ "$setup_name" != apt-get ] || apt-get update >&2 || return 1
  for setup_package in "$@"; do
    echo "jbuild: $setup_install $setup_package" >&2
    # shellcheck disable=SC2086 # the command is words
    if DEBIAN_FRONTEND=noninteractive $setup_install "$setup_package" >&2 </dev/null; then
      return 0
    fi
  done
  return 1
}

# java_find_or_install PROGRAM: java_find, or an installed JDK, or exit 127.
java_find_or_install() {
  if java_find "$1"; then return 0; fi
  if ! setup_manager; then
    echo "jbuild: no Java 17 or newer found: install a JDK and set JAVA_HOME" >&2
    exit 127
  fi
  case $setup_name in
    apt-get)
      java_packages='openjdk-17-jdk-headless openjdk-21-jdk-headless openjdk-25-jdk-headless'
      for java_package in $java_packages; do
        if apt-cache show "$java_package" >/dev/null 2>&1; then
          java_packages=$java_package
          break
        fi
      done
      ;;
    dnf) java_packages='java-17-openjdk-devel java-21-openjdk-devel java-latest-openjdk-devel' ;;
    apk) java_packages='openjdk17 openjdk21' ;;
    pacman) java_packages='jdk17-openjdk jdk21-openjdk' ;;
    zypper) java_packages='java-17-openjdk-devel java-21-openjdk-devel' ;;
  esac
  setup_agreed "a Java 17 or newer" "$setup_install ${java_packages%% *}" || exit 127
  # shellcheck disable=SC2086 # a list of names
  if setup_packages $java_packages && java_find "$1"; then return 0; fi
  echo "jbuild: installing a JDK failed: see the output above" >&2
  exit 127
}
