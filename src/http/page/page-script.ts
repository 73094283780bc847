/** The page's own script. It is written in modules, and made one here: a page that loads nothing cannot import. */
import charts from './client/charts.client.js' with { type: 'text' }
import elements from './client/elements.client.js' with { type: 'text' }
import history from './client/history.client.js' with { type: 'text' }
import notation from './client/notation.client.js' with { type: 'text' }
import page from './client/page.client.js' with { type: 'text' }
import steering from './client/steering.client.js' with { type: 'text' }
import tables from './client/tables.client.js' with { type: 'text' }

/** Each behind those that it imports from. */
const modules = [notation, elements, history, charts, tables, steering, page]

export function pageScript(): string {
  return `;(() => {\n${modules.map(withoutModuleWords).join('\n')}})()`
}

function withoutModuleWords(module: string): string {
  return module.replaceAll(/^import \{[^}]*\} from '.*'\n/gm, '').replaceAll(/^export /gm, '')
}
