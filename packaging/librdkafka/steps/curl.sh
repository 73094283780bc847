# curl: librdkafka fetches OAuth tokens (OIDC) with it. HTTP over our OpenSSL, and nothing else.
mkdir -p "$src/curl/docs" "$src/curl/scripts"
touch "$src/curl/docs/CMakeLists.txt" "$src/curl/scripts/CMakeLists.txt" # the crate leaves them out, cmake wants them

off() { printf -- '-D%s=OFF\n' "$@"; }
on() { printf -- '-D%s=ON\n' "$@"; }
# Absolute names, as cmake takes no compiler from a changed PATH. No CA bundle is built in: librdkafka gives curl the one it found.
cmake -S "$src/curl" -B "$work/obj/curl" \
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_SYSTEM_NAME=Linux "-DCMAKE_SYSTEM_PROCESSOR=$arch" "-DCMAKE_C_FLAGS=$cflags" \
  "-DCMAKE_C_COMPILER=$work/bin/cc" "-DCMAKE_AR=$work/bin/ar" -DCMAKE_RANLIB=/bin/true \
  "-DOPENSSL_INCLUDE_DIR=$deps/include" "-DOPENSSL_SSL_LIBRARY=$deps/lib/libssl.a" "-DOPENSSL_CRYPTO_LIBRARY=$deps/lib/libcrypto.a" \
  -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none \
  $(on BUILD_STATIC_LIBS HTTP_ONLY CURL_USE_OPENSSL CURL_DISABLE_INSTALL CURL_DISABLE_ALTSVC CURL_DISABLE_AWS CURL_DISABLE_DOH CURL_DISABLE_HSTS \
    CURL_DISABLE_NETRC CURL_DISABLE_WEBSOCKETS CURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG) \
  $(off BUILD_CURL_EXE BUILD_EXAMPLES BUILD_LIBCURL_DOCS BUILD_MISC_DOCS BUILD_SHARED_LIBS BUILD_TESTING ENABLE_CURL_MANUAL ENABLE_UNIX_SOCKETS \
    CURL_BROTLI CURL_USE_LIBPSL CURL_USE_LIBSSH2 CURL_USE_PKGCONFIG CURL_ZLIB CURL_ZSTD USE_LIBIDN2 USE_NGHTTP2)
cmake --build "$work/obj/curl" -j "$jobs" --target libcurl_static
cp "$work/obj/curl/lib/libcurl.a" "$deps/lib"
cp -R "$src/curl/include/curl" "$deps/include"
