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
npm ci --prefix "$folder" --os=linux --cpu=$cpu --libc=glibc --ignore-scripts --no-audit --no-fund --loglevel=error
executable=node_modules/@oven/$name/bin/bun
chmod +x "$folder/$executable"
touch "$folder/$executable" # npm keeps the package's date, which make would take for stale
ln -sfn "$executable" "$folder/bun"
