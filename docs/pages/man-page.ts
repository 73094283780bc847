/** packaging/man/redkite.1: the command line. */
import { commandLine } from '../../src/cli/program.ts'
import { manPage } from '../../src/cli/shells/man-page.ts'
import { shapeOf } from '../../src/cli/shells/verbs.ts'

export function manPageText(): string {
  const screen = { colours: false, columns: undefined }
  const nowhere = {
    out() {},
    outFailure: () => undefined,
    outScreen: screen,
    err() {},
    errScreen: screen,
    isJournal: false,
    ignoresHangup: false,
    env: {},
    terminal: undefined,
  }
  const io = { ...nowhere, onStop() {}, onHangup() {}, onExit() {}, exit: process.exit }
  return manPage(shapeOf(commandLine(io, { code: 0 })))
}
