#!/usr/bin/env bash
# Installs the servers that tests run against, pinned and checksummed, under .cache/servers/.
#
#   install.sh [PART…]    all parts when none is named
#
# Parts:
#   kafka/   Apache Kafka's jars and the classes of test/servers/java (Maven Central; needs Java 17 and Maven)
#   milvus/  Milvus 2.3.5 unpacked, and the Python package that knows its configuration (PyPI, x86_64 only)
#   python/  Milvus Lite, pymilvus and numpy (PyPI; needs Python 3.11 or newer)
#   confluent/  confluent-kafka with its serializers for a Schema Registry (PyPI)
#   chromium/  A headless Chromium with the libraries and fonts it needs (npm, x86_64 only)
#   kcat/    kcat with its own librdkafka (Debian 12, x86_64 only; left out elsewhere)
#   promtool/  Prometheus' own checker (Debian 12, x86_64 only; left out elsewhere)
#
# Each part is skipped when it was installed from the same pins before: the second time takes a fraction of a second.
set -euo pipefail

all=(kafka python milvus confluent chromium kcat promtool)
parts=("$@")
[[ $# -gt 0 ]] || parts=("${all[@]}")
for name in "${parts[@]}"; do
  [[ " ${all[*]} " == *" $name "* ]] || { printf 'servers: no part %s; there are %s\n' "$name" "${all[*]}" >&2; exit 64; }
done

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${REDKITE_SERVERS:-$here/../../.cache/servers}
mkdir -p "$root"
root=$(cd "$root" && pwd)

# Two `make test` at once would unpack over each other.
exec 9>"$root/.lock"
flock 9

say() { printf 'servers: %s\n' "$*" >&2; }

need() {
  command -v "$1" >/dev/null || { say "needs $1: $2"; exit 1; }
}

# part NAME FILE...: true when NAME has to be installed anew, that is when its pins changed or it never got to the end.
part() {
  part_dir=$root/$1
  part_pins=$(shift && cat "$@" | sha256sum)
  [[ $(cat "$part_dir/.installed" 2>/dev/null) != "$part_pins" ]] || return 1
  rm -rf "$part_dir"
  mkdir -p "$part_dir"
}

part_done() { printf '%s\n' "$part_pins" >"$part_dir/.installed"; }

venv() {
  need python3 'install Python 3.11 or newer with its venv module'
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$2"
}

# debian PINS: unpacks into the part what PINS lists, by checksum and path in Debian 12's archive. False, and said, where that is not to be had.
# Where the archive's mirror is, apt knows from its own setup; it needs no lists for that, and nobody need be root.
debian() {
  local mirror sum path package
  mirror=$(apt-get --print-uris update 2>/dev/null | sed -n "s|^'\(.*\)/dists/bookworm/InRelease'.*|\1|p" | head -1)
  while read -r sum path; do
    package=$part_dir/${path##*/}
    # A `+` in a path is escaped in the archive's addresses.
    if [[ -z $mirror || $(uname -m) != x86_64 ]] || ! /usr/lib/apt/apt-helper -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
      download-file "$mirror/${path//+/%2b}" "$package" "SHA256:$sum" >/dev/null 2>&1; then
      say "$(basename "$part_dir") is left out: apt has no ${path##*/}"
      return 1
    fi
    dpkg-deb --extract "$package" "$part_dir" && rm "$package" || return 1
  done <"$1"
}

# An `install_NAME` for each part. They are not called within a condition, so that `set -e` holds in them.

install_kafka() {
  part kafka "$here/install/pom.xml" "$here/install/kafka.sha256" "$here"/java/*.java || return 0
  need mvn 'install Maven'
  need javac 'install a Java 17 JDK'
  say "Apache Kafka from Maven Central"
  mvn --quiet --batch-mode --file "$here/install/pom.xml" \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$part_dir/lib" >&2
  (cd "$part_dir/lib" && sha256sum --quiet --strict --check "$here/install/kafka.sha256")
  javac -proc:none -cp "$part_dir/lib/*" -d "$part_dir/classes" "$here"/java/*.java
  part_done
}

install_python() {
  part python "$here/install/python.txt" || return 0
  say "Milvus Lite and pymilvus from PyPI"
  venv "$part_dir/venv" "$here/install/python.txt"
  part_done
}

install_milvus() {
  if [[ $(uname -m) != x86_64 ]]; then
    say "Milvus 2.3.5 is left out: PyPI has no wheel for $(uname -m)"
    return
  fi
  part milvus "$here/install/milvus.txt" || return 0
  say "Milvus 2.3.5 from PyPI"
  venv "$part_dir/venv" "$here/install/milvus.txt"
  # The package unpacks its binaries beside the data at each first start; once, here, is enough for all of them.
  "$part_dir/venv/bin/python" -c 'import sys, milvus; milvus._initialize_data_files(sys.argv[1])' "$part_dir"
  part_done
}

install_confluent() {
  part confluent "$here/install/confluent.txt" || return 0
  say "confluent-kafka from PyPI"
  venv "$part_dir/venv" "$here/install/confluent.txt"
  part_done
}

# The package is made for Amazon Linux: it brings along what else a browser takes from the system, and its files are compressed with Brotli.
install_chromium() {
  if [[ $(uname -m) != x86_64 ]]; then
    say "Chromium is left out: npm has no package of it for $(uname -m)"
    return
  fi
  part chromium "$here/install/chromium.sha256" || return 0
  need npm 'install Node.js with npm'
  local archive version
  read -r _ archive <"$here/install/chromium.sha256"
  version=${archive#sparticuz-chromium-}
  say "Chromium from npm"
  npm pack --silent --pack-destination "$part_dir" "@sparticuz/chromium@${version%.tgz}" >/dev/null
  (cd "$part_dir" && sha256sum --quiet --strict --check "$here/install/chromium.sha256")
  tar -xzf "$part_dir/$archive" -C "$part_dir"
  local name
  for name in chromium al2023.tar fonts.tar swiftshader.tar; do
    node -e 'const { pipeline } = require("stream"); pipeline(process.stdin, require("zlib").createBrotliDecompress(), process.stdout, (error) => { if (error) throw error })' \
      <"$part_dir/package/bin/$name.br" >"$part_dir/$name"
  done
  for name in al2023 fonts swiftshader; do
    tar -xf "$part_dir/$name.tar" -C "$part_dir"
  done
  rm -r "$part_dir/package" "$part_dir"/*.tar "$part_dir/$archive"
  chmod +x "$part_dir/chromium"
  cat >"$part_dir/fonts.conf" <<'END'
<?xml version="1.0"?>
<fontconfig><dir prefix="relative">fonts</dir></fontconfig>
END
  # LC_ALL: what a page has to bear that is looked at where nobody has chosen a language.
  cat >"$part_dir/start" <<'END'
#!/bin/sh
here=$(dirname "$0")
export LC_ALL=C TZ=UTC
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium" "$@"
END
  chmod +x "$part_dir/start"
  part_done
}

install_kcat() {
  part kcat "$here/install/kcat.sha256" || return 0
  debian "$here/install/kcat.sha256" || return 0
  cat >"$part_dir/kcat" <<'END'
#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="$here/usr/lib/x86_64-linux-gnu" exec "$here/usr/bin/kcat" "$@"
END
  chmod +x "$part_dir/kcat"
  say "kcat from Debian"
  part_done
}

install_promtool() {
  part promtool "$here/install/promtool.sha256" || return 0
  debian "$here/install/promtool.sha256" || return 0
  mv "$part_dir/usr/bin/promtool" "$part_dir/promtool"
  rm -r "$part_dir"/{etc,lib,usr,var} 2>/dev/null || true
  say "promtool from Debian"
  part_done
}

for name in "${parts[@]}"; do
  "install_$name"
done
