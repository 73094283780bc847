# librdkafka itself, as an archive; steps/link.sh makes the shared library of it.
#
# WITH_STATIC_LIB_libcrypto: a librdkafka that believes its OpenSSL to be static looks for the host's CA bundle in the usual places.
# No -fvisibility=hidden here (it would hide the API) and no -ffunction-sections (it makes configure's checks pass falsely).
# --disable-c11threads: those need glibc 2.28.
cd "$src/librdkafka"
CC=cc CXX=c++ CPPFLAGS="-I$deps/include -DWITH_STATIC_LIB_libcrypto=1" LDFLAGS="-L$deps/lib" \
  ./configure --host="$arch-linux-gnu" --disable-gssapi --disable-lz4-ext --enable-curl --enable-static --disable-c11threads --disable-debug-symbols
make -C src -j"$jobs" librdkafka.a librdkafka.lds AR=ar
for feature in WITH_SSL WITH_ZLIB WITH_ZSTD WITH_CURL WITH_OAUTHBEARER_OIDC WITH_SASL_SCRAM; do
  grep -q "^#define $feature 1" config.h || { echo "configure left out $feature" >&2; exit 1; }
done
