#!/usr/bin/env bash
# Says, for every tool that is missing, which package brings it; fails if one is.
#
#   require.sh TOOL…
set -euo pipefail

declare -A package=(
  [cargo]='cargo (Debian, Ubuntu, Fedora), or https://rustup.rs'
  [cmake]='cmake'
  [java]='openjdk-17-jre-headless (Debian, Ubuntu), java-17-openjdk-headless (Fedora)'
  [make]='make'
  [mvn]='maven'
  [npm]='npm (nodejs 20 or newer)'
  [perl]='perl'
  [pip]='python3-pip'
  [python3]='python3'
  [readelf]='binutils'
  [venv]='python3-venv'
)

missing=0
for tool in "$@"; do
  case $tool in
    pip | venv) python3 -m "$tool" --help >/dev/null 2>&1 && continue ;;
    *) command -v "$tool" >/dev/null && continue ;;
  esac
  printf 'missing: %s; install the package %s\n' "$tool" "${package[$tool]:-$tool}" >&2
  missing=1
done
exit $missing
