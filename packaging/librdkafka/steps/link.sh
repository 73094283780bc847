# One shared object: all of librdkafka, as much of the other archives as it uses, and no symbol visible but rd_kafka_*.
# The version script is librdkafka's own list, less the one name in it that only its unit tests define.
grep -v rd_ut_coverage_check "$src/librdkafka/src/librdkafka.lds" >"$work/exports.map"
cc -shared -s -o "$work/librdkafka.so" \
  -Wl,-soname,librdkafka.so.1 -Wl,--version-script="$work/exports.map" -Wl,-Bsymbolic -Wl,--gc-sections -Wl,-z,defs -Wl,-z,relro,-z,now \
  -Wl,--whole-archive "$src/librdkafka/src/librdkafka.a" -Wl,--no-whole-archive \
  "$deps"/lib/{libcurl,libssl,libcrypto,libzstd,libz}.a -lm -ldl -lpthread -lrt
