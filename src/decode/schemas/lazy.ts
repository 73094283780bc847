/**
 * The libraries for schemas take 20 MB and 70 ms of a processor, which sinks of JSON need not pay: they are loaded when the first converter with
 * schemas is opened. By `require`, because decoders are opened where nothing can be awaited.
 */
export const schemaFormats = (): typeof import('./open.ts') => require('./open.ts')
