/* The charts of a sink: what its history says, and which of its partitions lag most. */
import { at } from './elements.client.js'
import { clock, count, few, milliseconds } from './notation.client.js'

const linesMax = 8
const lineColours = ['--a', '--b', '--c', '--d', '--wait', '--good', '--bad', '--soft']
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const natural = new Intl.Collator('en', { numeric: true })

/** Seconds between the times under a chart, and what a figure beside it may differ from the next by. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300]
const wholeSteps = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat()

const charts = new Map()

/** `isWhole`: an axis without fractions, which would be rounded to the same figure several times. */
function draw(id, names, data, format, isWhole = false) {
  const key = `${names.join('\n')} ${matchMedia('(prefers-color-scheme: dark)').matches}`
  const drawn = charts.get(id)
  const width = at(id).clientWidth
  if (drawn && drawn.key === key) {
    if (drawn.chart.width !== width) drawn.chart.setSize({ width, height: 170 })
    drawn.chart.setData(data)
    showLast(drawn.chart)
    return
  }
  drawn?.chart.destroy()
  const axis = {
    stroke: colour('--soft'),
    grid: { stroke: colour('--grid'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  }
  const series = names.map((label, i) => ({
    label,
    stroke: colour(lineColours[i % lineColours.length]),
    width: 1.5,
    points: { show: false },
    value: (_, value) => (value == null ? '–' : format(value)),
  }))
  const chart = new uPlot(
    {
      width,
      height: 170,
      cursor: { y: false, points: { size: 6 } },
      legend: { live: true },
      scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [
        { ...axis, size: 26, space: 80, incrs: timeSteps, values: (_, values) => values.map(clock) },
        { ...axis, size: 52, ...(isWhole ? { incrs: wholeSteps } : {}), values: (_, values) => values.map(format) },
      ],
      series: [{ value: (_, value) => (value == null ? '' : clock(value)) }, ...series],
    },
    data,
    at(id),
  )
  charts.set(id, { key, chart })
  showLast(chart)
}

/* The legend says how it is now, unless somebody points at another moment. */
function showLast(chart) {
  if (chart.cursor.idx == null && chart.data[0].length > 0) chart.setLegend({ idx: chart.data[0].length - 1 })
}

/* The partitions that lag most. Chosen anew now and then: lines that come and go with every look cannot be read. */
function laggards(history) {
  const { sink } = history
  const nameOf = ({ topic, partition }) => `${topic}-${partition}`
  const names = new Set(sink.partitions.map(nameOf))
  const { lines } = history
  if (
    lines === undefined ||
    history.looks >= lines.until ||
    !lines.names.every((name) => names.has(name)) ||
    lines.of !== names.size
  ) {
    const chosen = sink.partitions.toSorted((left, right) => (right.lag ?? 0) - (left.lag ?? 0)).slice(0, linesMax)
    history.lines = { names: chosen.map(nameOf).sort(natural.compare), of: names.size, until: history.looks + 15 }
  }
  return history.lines.names
}

/** Where all are of one topic its name would say nothing, and take the room of a phone. */
function labelOf({ partitions }) {
  const [first] = partitions
  const isOneTopic = partitions.every(({ topic }) => topic === first.topic)
  return (name) => (isOneTopic ? `partition ${name.slice(first.topic.length + 1)}` : name)
}

export function drawCharts(history) {
  const { samples } = history
  const times = samples.map((sample) => sample.at)
  const line = (name) => samples.map((sample) => sample[name])
  draw('throughput', ['rows', 'records'], [times, line('rows'), line('records')], count, true)
  const partitions = laggards(history)
  draw(
    'lag',
    partitions.map(labelOf(history.sink)),
    [times, ...partitions.map((name) => samples.map(({ lags }) => lags.get(name) ?? null))],
    count,
    true,
  )
  draw('latency', ['median', '99 %'], [times, line('median'), line('p99')], milliseconds)
  draw('errors', ['retries', 'rejects'], [times, line('retries'), line('rejects')], few)
}
