/** The entry of the binary. `--version` is answered here, before the rest of the program is loaded. */
import { versionLine } from './version.ts'

if (process.argv[2] === '--version') console.log(versionLine())
