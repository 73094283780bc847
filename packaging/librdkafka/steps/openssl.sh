# OpenSSL: TLS and SASL's hashes. Left out is what a Kafka client cannot meet, which halves the build.
# no-atexit: leaving the process must not race OpenSSL's clean-up with librdkafka's live threads.
# openssldir is where a host keeps its configuration; librdkafka itself looks for the host's CA bundle.
protocols='no-ssl3 no-dtls no-quic no-psk no-srp no-comp'
formats='no-cms no-ts no-ct no-ocsp no-cmp no-rfc3779'
ciphers='no-aria no-bf no-blake2 no-camellia no-cast no-gost no-idea no-md4 no-mdc2 no-ml-dsa no-rc2 no-rc4 no-rmd160 no-seed no-siphash no-slh-dsa no-sm2 no-sm3 no-sm4 no-whirlpool'
parts='no-apps no-docs no-tests no-shared no-pinshared no-module no-legacy no-engine no-dso no-atexit no-autoload-config'

mkdir -p "$work/obj/openssl"
cd "$work/obj/openssl"
# The build folder is named relative to the sources': an absolute path would end up in the library.
CC=cc AR=ar RANLIB=true perl ../../src/openssl/Configure "linux-$arch" --prefix=/usr/local --libdir=lib --openssldir=/etc/ssl \
  $protocols $formats $ciphers $parts $cflags
make -j"$jobs" build_libs
cp libssl.a libcrypto.a "$deps/lib"
mkdir -p "$deps/include/openssl"
cp "$src"/openssl/include/openssl/*.h include/openssl/*.h "$deps/include/openssl"
