/**
 * What the demo produces: the quick start's record, and as many more of its kind as are asked for. Vectors are made so that neighbours make
 * sense, as an embedding's would: an article lies near those on its subject, a subject near those of its field. Always the same ones.
 */

/** The record of the quick start, byte for byte. */
export const quickStartRecord =
  '{"id": 0, "title": "The Reported Mortality Rate of Coronavirus Is Not Important", "title_vector": [0.041732933, 0.013779674, -0.027564144, -0.013061441, 0.009748648, 0.00082446384, -0.00071647146, 0.048612226], "link": "https://medium.com/swlh/the-reported-mortality-rate-of-coronavirus-is-not-important-369989c8d912"}'

export interface Article {
  readonly id: number
  readonly title: string
  readonly title_vector: readonly number[]
  readonly link: string
}

export const quickStartArticle: Article = JSON.parse(quickStartRecord)

/** The first subject of the first field is the quick start's. */
const fields: Readonly<Record<string, readonly string[]>> = {
  health: ['Coronavirus', 'Influenza', 'Vaccines', 'Sleep', 'Nutrition', 'Public Hospitals'],
  cooking: ['Sourdough', 'Ramen', 'Olive Oil', 'Fermentation', 'Coffee', 'Street Food'],
  astronomy: ['Black Holes', 'Exoplanets', 'Saturn', 'Comets', 'Dark Matter', 'the Moon'],
  software: ['Event Streaming', 'Compilers', 'Vector Databases', 'Code Review', 'Type Systems', 'Log Files'],
  money: ['Index Funds', 'Inflation', 'Mortgages', 'Pensions', 'Small Business', 'Gold'],
  birds: ['Red Kites', 'Owls', 'Swifts', 'Penguins', 'Bird Migration', 'Nesting Boxes'],
  travel: ['Night Trains', 'Lisbon', 'Mountain Huts', 'Ferries', 'Kyoto', 'Packing Light'],
  music: ['the Cello', 'Jazz Standards', 'Vinyl', 'Choirs', 'Synthesizers', 'Practice'],
}
const openings = [
  'What We Know About',
  'A Beginner’s Guide to',
  'The Numbers Behind',
  'Ten Years of',
  'Rethinking',
  'The Quiet Return of',
  'Why I Changed My Mind About',
  'How Schools Teach',
  'The Economics of',
  'Letters From Readers on',
  'A Short History of',
  'The Hidden Cost of',
] as const
const endings = [
  '',
  ', Explained',
  ' in Five Charts',
  ': An Interview',
  ' and What Comes Next',
  ' for Busy People',
  ', Revisited',
  ': Lessons Learned',
  ' on a Small Budget',
  ' After the Hype',
] as const

/** Distances to the field's centre, the subject's and the article's own place, against the quick start's vector of length 0.07. */
const spread = { field: 0.06, subject: 0.03, article: 0.01 } as const

export function* articles(count: number): Generator<Article> {
  const random = mulberry32(1)
  const origin = quickStartArticle.title_vector
  const subjects = Object.values(fields).flatMap((names, field) => {
    const centre = field === 0 ? origin : near(origin, spread.field, random)
    return names.map((name, at) => ({ name, centre: at === 0 ? centre : near(centre, spread.subject, random) }))
  })
  for (let id = 1; id <= count; id++) {
    const { name, centre } = subjects[id % subjects.length]!
    const turn = Math.floor(id / subjects.length)
    const opening = openings[turn % openings.length]!
    const ending = endings[Math.floor(turn / openings.length) % endings.length]!
    const part = Math.floor(turn / (openings.length * endings.length))
    const title = `${opening} ${name}${ending}${part === 0 ? '' : `, Part ${part + 1}`}`
    const vector = near(centre, spread.article, random).map((number) => Number(number.toPrecision(8)))
    yield { id, title, title_vector: vector, link: `https://example.com/articles/${id}` }
  }
}

/** A point at about this distance. */
function near(point: readonly number[], distance: number, random: () => number): number[] {
  const step = (2 * distance) / Math.sqrt(point.length / 3) / 2
  return point.map((number) => number + (2 * random() - 1) * step)
}

/** A small random generator with a seed. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
