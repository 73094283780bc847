#!/usr/bin/env bash
# Proves of a built librdkafka.so what redkite promises: it needs libc only, an old one, and shows no symbol but its API.
#
#   check.sh LIBRARY
set -euo pipefail
export LC_ALL=C
library=$1
glibc_max=2.17

fail() {
  printf 'check.sh: %s: %s\n' "$library" "$1" >&2
  exit 1
}

needed=$(readelf --wide --dynamic "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
foreign=$(grep -vE '^(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|librt\.so\.1|ld-linux.*)$' <<<"$needed" || true)
[ -z "$foreign" ] || fail "needs more than libc: $(tr '\n' ' ' <<<"$foreign")"

newest=$(readelf --wide --version-info "$library" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//' | sort -Vu | tail -1)
[ "$(printf '%s\n' "$newest" $glibc_max | sort -V | tail -1)" = $glibc_max ] || fail "needs glibc $newest; at most $glibc_max is promised"

exported=$(readelf --wide --dyn-syms "$library" | awk '$7 != "UND" && ($5 == "GLOBAL" || $5 == "WEAK") && $8 != "" { sub(/@.*/, "", $8); print $8 }' | sort -u)
other=$(grep -v '^rd_kafka_' <<<"$exported" || true)
[ -z "$other" ] || fail "exports names beside rd_kafka_*: $(head -5 <<<"$other" | tr '\n' ' ')"
count=$(wc -l <<<"$exported")
[ "$count" -gt 500 ] || fail "exports only $count names; librdkafka's API has more than 500"

printf 'librdkafka.so: needs %s; glibc %s; %d names, all rd_kafka_*\n' "$(tr '\n' ' ' <<<"$needed" | sed 's/ $//')" "$newest" "$count"
