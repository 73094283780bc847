/**
 * Exit codes of the binary, one a cause, so that a cron job or a unit can tell them apart. Codes 64–78 have the meaning sysexits.h gives
 * them; docs/errors.md is generated from here.
 */
export const exit = {
  ok: 0,
  usage: 64,
  badRecord: 65,
  fileMissing: 66,
  internal: 70,
  cannotCreate: 73,
  /** sysexits' error of the operating system: the address of --http cannot be had. */
  listenFailed: 71,
  /** sysexits' error of input and output. */
  outputFailed: 74,
  /** Told to stop before it was caught up: sysexits' "try again later", and the next run goes on from there. */
  notCaughtUp: 75,
  authRefused: 77,
  configInvalid: 78,
  kafkaUnreachable: 10,
  kafkaAuthRefused: 11,
  kafkaDenied: 12,
  topicMissing: 13,
  offsetLost: 14,
  registryUnreachable: 15,
  registryRefused: 16,
  kafkaFailed: 19,
  milvusUnreachable: 20,
  databaseMissing: 22,
  collectionMissing: 23,
  collectionNotLoaded: 24,
  schemaUnsupported: 25,
  milvusDenied: 26,
  milvusRefused: 29,
  dimensionDiffers: 30,
  fieldMissing: 31,
  rowsDiffer: 40,
  checkFailed: 41,
  /** Another run of the same sink has not ended yet. */
  alreadyRunning: 42,
  /** A bench saw no row acknowledged. */
  nothingMeasured: 43,
  /** `--max-runtime` ended it, in good order; the code is that of timeout(1). */
  timeUp: 124,
  interrupted: 130,
} as const
