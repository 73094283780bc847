import { open } from './text.ts'
import type { Span, Value } from './value.ts'

/** The payload of `{"schema": …, "payload": …}`; undefined for what is not exactly that, whether or not there is a schema: null and text have none. */
export function unwrapPayload(whole: Span): Value | undefined {
  const fields = whole.fields()
  return fields?.size === 2 && fields.has('schema') ? fields.get('payload') : undefined
}

/** The payload of a record key, where Connect's rule is looser: other names beside it do no harm. */
export function unwrapKeyPayload(whole: Span): Value | undefined {
  const opened = open(whole)
  return opened instanceof Map ? opened.get('payload') : undefined
}
