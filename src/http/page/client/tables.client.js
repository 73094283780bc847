/* A sink in figures and tables, as it is now. */
import { at, element } from './elements.client.js'
import { sum } from './history.client.js'
import { bytes, count, milliseconds, seconds, whole } from './notation.client.js'

export function drawFigures({ samples, sink }) {
  const now = samples.at(-1)
  const { counts } = sink
  const figures = [
    ['rows written', count(counts.written)],
    ['rows/s', count(now?.rows)],
    ['bytes/s', bytes(now?.bytes)],
    ['lag', count(sink.lag)],
    ['oldest unsettled', seconds(sink.oldestAgeMs)],
    ['Milvus, 99 %', milliseconds(now?.p99)],
    ['deleted', count(counts.deleted), counts.deleted === 0],
    ['superseded', count(counts.superseded), counts.superseded === 0],
    ['retries', count(sum(sink.retries)), counts.retries === 0, true],
    ['dead letters', count(counts.deadLettered), counts.deadLettered === 0, true],
    ['skipped', count(counts.skipped), counts.skipped === 0, true],
    ['offset resets', count(counts.offsetResets), counts.offsetResets === 0, true],
  ]
  at('figures').replaceChildren(
    ...figures
      .filter(([, , isIdle]) => !isIdle)
      .map(([name, value, , isBad]) =>
        element('div', { className: isBad ? 'bad' : '' }, element('b', {}, value), element('span', {}, name)),
      ),
  )
}

function table(id, heads, rows, none) {
  const row = (name, cells) =>
    element(
      'tr',
      {},
      ...cells.map((cell, i) => element(name, { className: heads[i].endsWith('#') ? 'number' : '' }, cell)),
    )
  const made = element(
    'table',
    {},
    row(
      'th',
      heads.map((head) => head.replace('#', '')),
    ),
    ...rows.map((cells) => row('td', cells)),
  )
  at(id).replaceChildren(rows.length === 0 ? element('p', { className: 'none' }, none) : made)
}

export function drawTables({ sink }) {
  table(
    'partitions',
    ['topic', 'partition#', 'read to#', 'end#', 'lag#'],
    sink.partitions.map(({ topic, partition, position, end, lag, paused }) => [
      paused ? `${topic}: paused` : topic,
      String(partition),
      ...[position, end, lag].map((value) => (value == null ? '…' : whole.format(value))),
    ]),
    'None is assigned to this process.',
  )
  const byReason = Object.entries(sink.rejects).sort((left, right) => right[1] - left[1])
  table(
    'rejects',
    ['reason', 'records#', 'last'],
    byReason.map(([code, records]) => [code, count(records), lastOf(sink, code)]),
    'None.',
  )
  const retries = Object.entries(sink.retries).sort((left, right) => right[1] - left[1])
  table(
    'retries',
    ['reason', 'times#'],
    retries.map(([code, times]) => [code, count(times)]),
    'None.',
  )
}

function lastOf({ recentRejects }, code) {
  const reject = recentRejects.findLast((each) => each.code === code)
  return reject
    ? `${reject.topic}-${reject.partition} @ ${reject.offset}, ${new Date(reject.atMs).toLocaleTimeString()}`
    : ''
}
