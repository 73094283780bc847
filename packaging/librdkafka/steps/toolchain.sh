# The compiler: zig's clang, which brings the headers of every glibc, so the result runs wherever Bun does (glibc 2.17).
# pip verifies the wheel's hash; it is kept for both architectures.
if ! [ -x "$zig/ziglang/zig" ]; then
  rm -rf "$zig"
  python3 -m pip install --quiet --no-deps --no-cache-dir --only-binary :all: --require-hashes --target "$zig.partial" -r "$recipe/sources/zig.txt"
  chmod +x "$zig.partial/ziglang/zig"
  mv "$zig.partial" "$zig"
fi

# Short names on PATH, and no path of this machine in what is compiled: two builds of one source are the same, byte for byte.
cat >"$work/bin/cc" <<END
#!/bin/sh
exec "$zig/ziglang/zig" cc -target $arch-linux-gnu.2.17 -fno-sanitize=undefined -ffile-prefix-map="$work"=. "\$@"
END
cat >"$work/bin/ar" <<END
#!/bin/sh
exec "$zig/ziglang/zig" ar "\$@"
END
chmod +x "$work/bin/cc" "$work/bin/ar"
cp "$work/bin/cc" "$work/bin/c++" # librdkafka's configure wants one, though no C++ is built
cp "$zig/ziglang/LICENSE" "$work/licenses/zig.txt" # parts of its compiler-rt are linked in
cc --version
