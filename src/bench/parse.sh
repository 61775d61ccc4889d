#!/usr/bin/env bash
# Measures the parser: how long 3,000 Dockerfiles take in one JVM, and hostile files of 10 MB each.
#
# usage: parse.sh DIRECTORY [COUNT]
#
# DIRECTORY holds Dockerfiles at any depth; they are parsed in turns until COUNT (3000) are done. Needs
# a checkout that was compiled with its tests: ./mvnw test-compile
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -d "$1" ]; then
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
  exit 2
fi
if [ ! -d "$top/target/test-classes" ]; then
  echo "parse.sh: no $top/target/test-classes (build first: ./mvnw test-compile)" >&2
  exit 1
fi
exec java -Xmx512m -cp "$top/target/classes:$top/target/test-classes" jbuild.buildfile.ParseBench "$@"
