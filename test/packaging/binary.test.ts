import { expect, test } from 'bun:test'
import { binary, inNamespace, libc } from './sandbox.ts'

const version = /^redkite \d+\.\d+\.\d+ \(Bun 1\.4\.5, librdkafka 2\.15\.1\)$/

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!

/** Runs in `$empty`, which is the current folder, $HOME and the temp folder, and then lists what is in it. */
const runAndList = `
  cd "$empty"
  env -i HOME="$empty" TMPDIR="$empty" "$1" --version
  echo left:
  find . -mindepth 1`

test('the binary runs without any environment, in an empty folder, and leaves nothing in it', () => {
  const outcome = inNamespace(`empty=/tmp; mount -t tmpfs none /tmp; ${runAndList}`)
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
  const [line, ...rest] = outcome.stdout.trimEnd().split('\n')
  expect(line).toMatch(version)
  expect(rest).toEqual(['left:'])
})

test('nothing but glibc and /proc has to exist', () => {
  const outcome = inNamespace(`
    mount -t tmpfs none /mnt
    mkdir /mnt/proc
    linker=$(readelf -l "$1" | sed -n 's/.*interpreter: \\(.*\\)]/\\1/p')
    for file in "$linker" $(ldd "$1" | awk '/=> \\// { print $3 }'); do
      mkdir -p "/mnt$(dirname "$file")"
      cp "$file" "/mnt$file"
    done
    cp "$1" /mnt/redkite
    mount -t proc none /mnt/proc
    before=$(cd /mnt && find . -xdev | sort)
    chroot=$(command -v chroot || echo /usr/sbin/chroot)
    env -i "$chroot" /mnt /redkite --version
    [ "$before" = "$(cd /mnt && find . -xdev | sort)" ]
    cd /mnt && find . -xdev -name '*.so*' | sed 's,.*/,,' | sort`)
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
  const [line, ...libraries] = outcome.stdout.trimEnd().split('\n')
  expect(line).toMatch(version)
  expect(libraries.filter((name) => !name.startsWith('ld-linux'))).toEqual([...libc].sort())
})

test('the temp folder may be noexec', () => {
  const outcome = inNamespace(`empty=/tmp; mount -t tmpfs -o noexec none /tmp; ${runAndList}`)
  expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^redkite .*\nleft:\n$/) })
})

test('every folder may be read-only', () => {
  const outcome = inNamespace(
    `empty=/tmp; mount -t tmpfs -o ro none /tmp; mount -o remount,ro,bind / || :; ${runAndList}`,
  )
  expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^redkite .*\nleft:\n$/) })
})

test('files in memory may be forbidden to be executable (vm.memfd_noexec)', () => {
  for (const level of [1, 2]) {
    const outcome = inNamespace(
      `[ -e /proc/sys/vm/memfd_noexec ] && echo ${level} > /proc/sys/vm/memfd_noexec; "$1" --version`,
      ...['--pid', '--fork', '--mount-proc'],
    )
    expect(outcome.stdout.trim(), `level ${level}: ${outcome.stderr}`).toMatch(version)
  }
})

test('a .env, a bunfig.toml or a tsconfig.json in the current folder changes nothing', () => {
  const outcome = inNamespace(`
    mount -t tmpfs none /tmp
    cd /tmp
    echo 'BUN_OPTIONS=--print=1' > .env
    echo 'preload = ["./evil.ts"]' > bunfig.toml
    echo 'console.log("loaded"); process.exit(3)' > evil.ts
    echo '{ not json' > tsconfig.json
    echo '{ not json' > package.json
    "$1" --version`)
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
  expect(outcome.stdout.trim()).toMatch(version)
})

test('no path of the machine that built it is in the binary', async () => {
  const bytes = Buffer.from(await Bun.file(binary).arrayBuffer())
  expect(bytes.includes(new URL('../..', import.meta.url).pathname)).toBe(false)
})

test('--version answers at once', () => {
  const cpuMs = (...command: string[]) =>
    median(
      Array.from({ length: 10 }, () => {
        const { exitCode, resourceUsage } = Bun.spawnSync(command, { cwd: '/', env: {} })
        expect(exitCode).toBe(0)
        return Number(resourceUsage.cpuTime.total) / 1_000
      }),
    )
  const version = cpuMs(binary, '--version')
  const nothing = cpuMs(process.execPath, '-e', '0')
  console.log(
    `redkite --version: ${version.toFixed(1)} ms of CPU, an empty script ${nothing.toFixed(1)} (medians of 10)`,
  )
  // 5 to 7 times usually; 12 to 20 when the program has to be parsed first. Of CPU time, as other tests may have the cores.
  expect(version / nothing).toBeLessThan(15)
})
