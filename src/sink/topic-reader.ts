/** A reader of a sink's topics, for everybody who looks at records beside the sink: its brokers, identity and isolation, without its group. */
import type { SinkSettings } from '../config/setup.ts'
import { Reader, type ReaderOptions } from '../kafka/reader.ts'

export function openReader({ admin, groupId, consumer }: SinkSettings, options: ReaderOptions = {}): Reader {
  const isolation = consumer['isolation.level']
  // Rules of access may name the group. It is not joined.
  const config = { ...admin, 'group.id': groupId }
  return new Reader(isolation === undefined ? config : { ...config, 'isolation.level': isolation }, options)
}
