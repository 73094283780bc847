#!/usr/bin/env bash
# Makes the Node peer ready under .cache/bench-peers/node: its packages, and the addon of @confluentinc/kafka-javascript built from its source.
#
# The package's own build downloads OpenSSL, zlib, zstd and curl from their sites for the librdkafka that it links. This one links redkite's build of the same
# librdkafka sources instead (packaging/librdkafka), so that only compilers and Node's headers are needed: NODE_HEADERS is where include/node lies.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
folder=$top/.cache/bench-peers/node
headers=${NODE_HEADERS:-$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")}
pins=$(cat "$here/package.json" "$here/package-lock.json" "$here/install.sh" | sha256sum)
mkdir -p "$folder"
cp "$here/drain.mjs" "$folder/"
[[ $(cat "$folder/.installed" 2>/dev/null) != "$pins" ]] || exit 0

cp "$here/package.json" "$here/package-lock.json" "$folder/"
cd "$folder"
npm ci --ignore-scripts --no-audit --no-fund >&2
package=$folder/node_modules/@confluentinc/kafka-javascript
library=$folder/librdkafka
rm -rf "$library"
mkdir -p "$library/include"
cp -L "$top/.cache/librdkafka/librdkafka.so" "$library/librdkafka.so.1"
ln -sf librdkafka.so.1 "$library/librdkafka.so"
cp "$package"/deps/librdkafka/src/rdkafka*.h "$package/deps/librdkafka/src-cpp/rdkafkacpp.h" "$library/include/"
# What configure would have written; the C++ wrapper only wants it to be there.
: >"$package/deps/librdkafka/config.h"
for source in "$package"/deps/librdkafka/src-cpp/*.cpp; do
  g++ -O2 -fPIC -std=c++11 -I"$package/deps/librdkafka/src" -c "$source" -o "$library/$(basename "$source" .cpp).o"
done
ar rcs "$library/librdkafka++.a" "$library"/*.o
cd "$package"
BUILD_LIBRDKAFKA=0 CXXFLAGS="-w -I$library/include" LDFLAGS="-L$library -Wl,-rpath,$library" \
  node "$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js" rebuild --nodedir="$headers" >&2
printf '%s\n' "$pins" >"$folder/.installed"
