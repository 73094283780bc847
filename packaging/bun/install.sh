#!/usr/bin/env bash
# Installs the pinned Bun for one architecture from npm, which verifies its checksum, and links it as .cache/bun/ARCH/bun.
#
#   install.sh x86_64|aarch64
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case $1 in
  x86_64) cpu=x64 name=bun-linux-x64 ;;
  aarch64) cpu=arm64 name=bun-linux-aarch64 ;;
  *) echo "install.sh: there is no Bun for '$1' here; x86_64 and aarch64 are supported" >&2; exit 64 ;;
esac
"$here/../require.sh" npm

folder=$here/../../.cache/bun/$1
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder"
executable=node_modules/@oven/$name/bin/bun
for _ in 1 2 3; do
  npm ci --prefix "$folder" --os=linux --cpu=$cpu --libc=glibc --ignore-scripts --no-audit --no-fund --loglevel=error &&
    [ -e "$folder/$executable" ] && break
done
# A package for one platform is optional to npm: where it cannot be fetched, npm is content without it.
[ -e "$folder/$executable" ] || { echo "install.sh: npm could not fetch @oven/$name; see whether its registry answers, and run make again" >&2; exit 69; }
chmod +x "$folder/$executable"
touch "$folder/$executable" # npm keeps the package's date, which make would take for stale
ln -sfn "$executable" "$folder/bun"
