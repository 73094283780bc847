/**
 * Writes docs/configuration.md, docs/errors.md and packaging/man/redkite.1 from the code that defines keys, errors, exit codes and the command line:
 *
 *   bun docs/generate.ts
 *
 * test/config/docs.test.ts fails when they are stale.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationPage } from './pages/configuration.ts'
import { errorsPage } from './pages/errors.ts'
import { manPageText } from './pages/man-page.ts'

writeFileSync(join(import.meta.dir, 'configuration.md'), configurationPage())
writeFileSync(join(import.meta.dir, 'errors.md'), errorsPage())
writeFileSync(join(import.meta.dir, '..', 'packaging', 'man', 'redkite.1'), manPageText())
