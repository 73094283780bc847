/* The page's own script. Asks /status every two seconds and draws what has changed since; it remembers ten minutes, and only while it is open. */
;(() => {
  const everyMs = 2000
  const samplesMax = 300
  const linesMax = 8
  const at = (id) => document.getElementById(id)
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const lineColours = ['--a', '--b', '--c', '--d', '--wait', '--good', '--bad', '--soft']

  const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
  const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })
  const natural = new Intl.Collator('en', { numeric: true })
  const count = (value) => (value == null ? '…' : value < 100000 ? whole.format(value) : short.format(value))
  const bytes = (value) =>
    value == null
      ? '…'
      : value < 1000
        ? `${whole.format(value)} B`
        : short.format(value).replace(/[KMBT]$/, (unit) => ` ${({ K: 'k', B: 'G' })[unit] ?? unit}B`)
  const seconds = (ms) =>
    ms == null ? '0 s' : ms < 10000 ? `${(ms / 1000).toFixed(1)} s` : `${whole.format(ms / 1000)} s`
  /** What may be less than one. */
  const few = (value) => (value < 10 ? String(Number(value.toFixed(value < 1 ? 2 : 1))) : count(value))
  const milliseconds = (value) => (value == null ? '…' : `${few(value)} ms`)

  /** Seconds between the times under a chart, and what a figure beside it may differ from the next by. */
  const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300]
  const wholeSteps = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat()

  const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hourCycle: 'h23' })

  let chosen = location.hash.slice(1) && decodeURIComponent(location.hash.slice(1))
  let last
  const histories = new Map()
  const charts = new Map()

  /* Text is only ever put in as text: names of topics come from outside. */
  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties)
    made.append(...children)
    return made
  }

  function difference(now, before) {
    return Object.fromEntries(Object.keys(now).map((key) => [key, now[key] - (before?.[key] ?? 0)]))
  }

  const sum = (counts) => Object.values(counts).reduce((total, one) => total + one, 0)

  /** The quantile of what was answered since the last look, in ms; a straight line is drawn through its bucket. */
  function quantile(share, buckets, bounds) {
    const total = buckets.reduce((all, one) => all + one, 0)
    if (total === 0) return null
    let rank = share * total
    for (let i = 0; i < buckets.length; i++) {
      if (rank > buckets[i]) rank -= buckets[i]
      else {
        const low = i === 0 ? 0 : bounds[i - 1]
        const high = bounds[i] ?? bounds[bounds.length - 1]
        return low + ((high - low) * rank) / (buckets[i] || 1)
      }
    }
    return bounds[bounds.length - 1]
  }

  const bucketsOf = ({ requests }) =>
    Object.values(requests).reduce((all, { counts }) => counts.map((one, i) => one + (all[i] ?? 0)), [])

  function remember(sink, { now, durationBoundsMs }) {
    const history = histories.get(sink.name) ?? { samples: [] }
    histories.set(sink.name, history)
    const nowMs = Date.parse(now)
    const before = history.sink
    /* Counts that have gone back are those of another process. */
    if (before && sink.counts.records >= before.counts.records && nowMs > history.nowMs) {
      const span = (nowMs - history.nowMs) / 1000
      const counts = difference(sink.counts, before.counts)
      const buckets = bucketsOf(sink).map((one, i) => one - (bucketsOf(before)[i] ?? 0))
      history.samples.push({
        at: nowMs / 1000,
        rows: counts.written / span,
        records: counts.records / span,
        bytes: counts.requestBytes / span,
        median: quantile(0.5, buckets, durationBoundsMs),
        p99: quantile(0.99, buckets, durationBoundsMs),
        retries: sum(difference(sink.retries, before.retries)) / span,
        rejects: (counts.deadLettered + counts.skipped) / span,
        lags: new Map(sink.partitions.map(({ topic, partition, lag }) => [`${topic}-${partition}`, lag])),
      })
      if (history.samples.length > samplesMax) history.samples.shift()
    } else if (before && sink.counts.records < before.counts.records) history.samples.length = 0
    history.sink = sink
    history.looks = (history.looks ?? 0) + 1
    history.nowMs = nowMs
    return history
  }

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

  function drawCharts(history) {
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

  function drawFigures({ samples, sink }) {
    const now = samples.at(-1)
    const { counts } = sink
    const figures = [
      ['rows written', count(counts.written)],
      ['rows/s', count(now?.rows)],
      ['bytes/s', bytes(now?.bytes)],
      ['lag', count(sink.lag)],
      ['oldest unsettled', seconds(sink.oldestAgeMs)],
      ['p99', milliseconds(now?.p99)],
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

  function drawTables({ sink }) {
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

  function show() {
    const { sinks, version } = last
    const sink = shownSink()
    const history = histories.get(sink.name)
    at('version').textContent = `${version}, up since ${new Date(last.startedAt).toLocaleString()}`
    at('trouble').hidden = sink.error === undefined
    at('trouble').textContent = sink.error ?? ''
    drawFigures(history)
    drawCharts(history)
    drawTables(history)
    drawSinks(sinks, sink)
    drawSteering(sink)
  }

  const shownSink = () => last.sinks.find(({ name }) => name === chosen) ?? last.sinks[0]

  /* The buttons stay the same elements, so that whoever uses the keyboard does not lose the place. */
  function drawSteering(sink) {
    const { changes } = last
    const isOver = sink.state === 'stopped' || sink.state === 'failed'
    const isPaused = sink.state === 'paused'
    const has = {
      pause: !isOver && !isPaused,
      resume: !isOver && (isPaused || sink.partitions.some(({ paused }) => paused)),
      restart: !isOver && sink.state !== 'opening' && sink.state !== 'restarting',
    }
    at('steering').hidden = false
    for (const [id, isPossible] of Object.entries(has)) {
      const button = document.getElementById(id)
      button.hidden = changes === 'nobody'
      button.setAttribute('aria-disabled', String(!isPossible))
      button.title = `${id} ${sink.name}`
    }
    at('token-label').hidden = changes !== 'token'
    at('read-only').hidden = changes !== 'nobody'
  }

  const isPossible = (button) => button.getAttribute('aria-disabled') !== 'true'

  /* As Connect's REST interface takes it. The token is in its field and nowhere else. */
  async function steer(method, what, name) {
    const token = at('token').value
    const say = (text, isBad) => {
      at('steered').textContent = text
      at('steered').className = isBad ? 'lost' : ''
    }
    try {
      const answer = await fetch(`connectors/${encodeURIComponent(name)}/${what}`, {
        method,
        // Without: the browser would ask for a user and a password of its own.
        credentials: 'omit',
        headers: token === '' ? {} : { Authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(10000),
      })
      if (answer.ok) say(`${name}: ${what} was accepted`, false)
      else say(answer.status === 401 ? 'The token is missing or wrong.' : (await answer.json()).message, true)
    } catch {
      say('redkite does not answer', true)
    }
    void look()
  }

  for (const what of ['pause', 'resume']) {
    document.getElementById(what).addEventListener('click', ({ currentTarget }) => {
      if (last && isPossible(currentTarget)) void steer('PUT', what, shownSink().name)
    })
  }
  let toRestart
  at('restart').addEventListener('click', ({ currentTarget }) => {
    if (!last || !isPossible(currentTarget)) return
    toRestart = shownSink().name
    at('sure-what').textContent = `Restart ${toRestart}? What it has read is written first; then it is opened anew.`
    at('sure').showModal()
    at('sure-no').focus()
  })
  at('sure-no').addEventListener('click', () => at('sure').close())
  at('sure-yes').addEventListener('click', () => {
    at('sure').close()
    void steer('POST', 'restart', toRestart)
  })

  /* Only when something has changed: a button that is drawn anew loses the focus. */
  function drawSinks(sinks, sink) {
    const shown = JSON.stringify([sink.name, sinks.map(({ name, state }) => [name, state])])
    if (at('sinks').dataset.shown === shown) return
    at('sinks').dataset.shown = shown
    at('sinks').replaceChildren(
      ...sinks.map(({ name, state, collection }) => {
        const to = collection === '' ? '' : ` → ${collection}`
        const button = element(
          'button',
          { type: 'button', title: `${name}${to}` },
          element('span', { className: `dot ${state}` }),
          `${name}: ${state}`,
        )
        button.setAttribute('aria-pressed', String(name === sink.name))
        button.addEventListener('click', () => {
          chosen = name
          location.hash = encodeURIComponent(name)
          show()
        })
        return button
      }),
    )
  }

  let next

  async function look() {
    clearTimeout(next)
    try {
      const answer = await fetch('status', { signal: AbortSignal.timeout(5000) })
      if (!answer.ok) throw new Error(`${answer.status}`)
      last = await answer.json()
      for (const sink of last.sinks) remember(sink, last)
      at('contact').textContent = `as of ${new Date(last.now).toLocaleTimeString()}`
      at('contact').className = ''
      show()
    } catch (error) {
      at('contact').textContent = 'redkite does not answer'
      at('contact').className = 'lost'
      console.error(error)
    }
    clearTimeout(next)
    next = setTimeout(look, everyMs)
  }

  /* Browsers hardly run the clock of a tab that nobody sees: who comes back to it sees how it is now. */
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look())
  addEventListener('resize', () => last && show())
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => last && show())
  look()
})()
