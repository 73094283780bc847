#!/usr/bin/env bash
# Builds librdkafka.so: librdkafka with TLS, SASL, OIDC and every compression inside, needing nothing but libc.
#
#   build.sh [x86_64|aarch64]     prints the path of the library on stdout, progress on stderr
#
# The result lies in .cache/librdkafka/<key>-<arch>/, where the key is the hash of this recipe and of what it builds, so an unchanged
# recipe is never run twice. Each step is a file in steps/ and writes its own log; docs/building.md explains the choices.
set -euo pipefail
export LC_ALL=C SOURCE_DATE_EPOCH=0

recipe=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$recipe/../.." && pwd)
cache=$root/.cache/librdkafka
arch=${1:-$(uname -m)}
case $arch in
  x86_64 | aarch64) ;;
  *) echo "build.sh: cannot build for '$arch'; x86_64 and aarch64 are supported" >&2; exit 64 ;;
esac

# The lockfile's line holds librdkafka's version and the checksum that `bun install` verified.
package=@confluentinc/kafka-javascript
key=$(cd "$recipe" && { sha256sum build.sh steps/*.sh sources/*; grep -F "\"$package\": [" "$root/bun.lock"; } | sha256sum | cut -c1-16)
out=$cache/$key-$arch

# The sources import .cache/librdkafka/librdkafka.so: the one for this machine.
finish() {
  local link=$cache/librdkafka.so
  if [ "$arch" = "$(uname -m)" ] && [ "$(readlink "$link")" != "$key-$arch/librdkafka.so" ]; then
    ln -sfn "$key-$arch/librdkafka.so" "$link.$$"
    mv -fT "$link.$$" "$link"
  fi
  echo "$out/librdkafka.so"
  exit 0
}
[ ! -e "$out/librdkafka.so" ] || finish

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9 # a second build of the same tree waits here, and then finds the result
[ ! -e "$out/librdkafka.so" ] || finish

"$root/packaging/require.sh" python3 pip cargo perl make cmake readelf
librdkafka=$root/node_modules/$package/deps/librdkafka
[ -d "$librdkafka" ] || { echo "build.sh: $librdkafka is missing; run 'make node_modules' first" >&2; exit 69; }

# What the steps may rely on. `cc` and `ar` are written by steps/toolchain.sh into $work/bin.
work=$cache/$key-$arch.partial
export recipe arch work librdkafka
export zig=$root/.cache/zig deps=$work/deps src=$work/src jobs
jobs=$(nproc)
export PATH=$work/bin:$PATH PKG_CONFIG_LIBDIR=/nonexistent ZIG_GLOBAL_CACHE_DIR=$work/zig ZIG_LOCAL_CACHE_DIR=$work/zig
export cflags='-O2 -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections'
rm -rf "$work"
mkdir -p "$work"/{bin,log,obj,licenses} "$deps"/{include,lib} "$src"

run() {
  local step=$1 log=$work/log/$1.log start=$SECONDS
  if ! bash -euo pipefail "$recipe/steps/$step.sh" >"$log" 2>&1; then
    printf '\nlibrdkafka: the step "%s" failed. The end of %s:\n\n' "$step" "$log" >&2
    tail -n 40 "$log" >&2
    exit 1
  fi
  printf '  %-12s %3d s\n' "$step" $((SECONDS - start)) >&2
}

echo "Building librdkafka for $arch, once (about 3 minutes)" >&2
for step in toolchain sources changes compression openssl curl librdkafka link; do run "$step"; done
"$recipe/check.sh" "$work/librdkafka.so" >&2

rm -rf "$out.done"
mkdir "$out.done"
mv "$work/librdkafka.so" "$work/licenses" "$work/log" "$out.done/"
mv "$out.done" "$out"
rm -rf "$work"
finish
