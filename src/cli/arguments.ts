/** What verbs take in the same way: the files of a run, settings over them, numbers. */
import { type Command, InvalidArgumentError } from 'commander'

/** The two files, with `--set`, on a command. */
export function takesFiles(command: Command): Command {
  return command
    .argument('<worker.properties>', "the worker's file of connect-standalone.sh")
    .argument('<sink.properties...>', 'a file for each sink, or a folder of them')
    .option('--set <key=value>', 'over environment and files; may be repeated', collect)
}

/** For an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** Of a sample or a list more is of no use. */
const wholeMax = 1_000_000

export function whole(min: number, max = wholeMax): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`)
    }
    return value
  }
}
