# zlib and zstd. Their crates carry no makefile, and need none: every .c file of the library's folders, in one archive.
# (snappy and lz4 are inside librdkafka.)
archive() { # archive NAME "DEFINES" FILE…
  local name=$1 defines=$2
  shift 2
  mkdir -p "$work/obj/$name"
  printf '%s\n' "$@" | xargs -P "$jobs" -I{} sh -c "cc $cflags $defines -c {} -o $work/obj/$name/\$(basename {} .c).o"
  ar rcs "$deps/lib/lib$name.a" "$work/obj/$name"/*.o
}

archive z '-DHAVE_UNISTD_H -DHAVE_HIDDEN' "$src"/zlib/*.c
cp "$src"/zlib/zlib.h "$src"/zlib/zconf.h "$deps/include"

archive zstd '-DZSTD_DISABLE_ASM -DZSTDLIB_VISIBLE= -DZSTDERRORLIB_VISIBLE=' "$src"/zstd/lib/{common,compress,decompress}/*.c
cp "$src"/zstd/lib/zstd*.h "$deps/include"
