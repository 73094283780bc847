import { exit } from './exit.ts'
import type { ErrorTable } from './kind.ts'

/**
 * What Kafka and librdkafka can answer. `why` is librdkafka's own text, in brackets at the end: it names the broker and the cause, and
 * is what a search engine knows. src/kafka/outcome.ts says which of librdkafka's error codes leads to which of these.
 */
export const kafkaErrors = {
  KAFKA_UNREACHABLE: {
    label: 'retriable',
    exit: exit.kafkaUnreachable,
    say: (bootstrap: string, why: string) =>
      `no Kafka broker answers at ${bootstrap}; check bootstrap.servers, the network and security.protocol (${why})`,
  },
  KAFKA_AUTH_REFUSED: {
    label: 'fatal',
    exit: exit.kafkaAuthRefused,
    say: (bootstrap: string, why: string) =>
      `Kafka at ${bootstrap} refused the login; check sasl.mechanism and the user and password or token (${why})`,
  },
  KAFKA_TLS_FAILED: {
    label: 'fatal',
    exit: exit.kafkaUnreachable,
    say: (bootstrap: string, why: string) =>
      `the TLS handshake with Kafka at ${bootstrap} failed; check security.protocol, the CA's PEM file in ssl.truststore.location, and that the certificate names this host (${why})`,
  },
  TOPIC_MISSING: {
    label: 'fatal',
    exit: exit.topicMissing,
    say: (topic: string, why: string) => `there is no topic ${topic}; create it or correct \`topics\` (${why})`,
  },
  TOPIC_DENIED: {
    label: 'fatal',
    exit: exit.kafkaDenied,
    say: (topic: string, why: string) =>
      `Kafka does not let this user use topic ${topic}; give it the ACLs READ and DESCRIBE, and WRITE if it is the dead-letter topic (${why})`,
  },
  GROUP_DENIED: {
    label: 'fatal',
    exit: exit.kafkaDenied,
    say: (group: string, why: string) =>
      `Kafka does not let this user join the consumer group ${group}; give it the ACL READ on the group (${why})`,
  },
  CLUSTER_DENIED: {
    label: 'fatal',
    exit: exit.kafkaDenied,
    say: (why: string) => `Kafka does not let this user do that on the cluster; an ACL is missing (${why})`,
  },
  COMMIT_FAILED: {
    label: 'retriable',
    exit: exit.kafkaFailed,
    say: (group: string, partitions: number, why: string) =>
      `offsets of ${partitions} partition(s) could not be committed for group ${group}; the records may be read again (${why})`,
  },
  OFFSET_LOST: {
    label: 'fatal',
    exit: exit.offsetLost,
    say: (topic: string, partition: number, why: string) =>
      `Kafka no longer has the next record of ${topic}[${partition}]: retention was shorter than the time this sink stood still; set consumer.override.auto.offset.reset to earliest or latest to go on without the lost records (${why})`,
  },
  MAX_POLL_EXCEEDED: {
    label: 'retriable',
    exit: exit.kafkaFailed,
    say: (why: string) =>
      `Kafka took the partitions away because redkite did not poll for max.poll.interval.ms: the process was stopped or starved of CPU (${why})`,
  },
  MEMBER_FENCED: {
    label: 'fatal',
    exit: exit.kafkaFailed,
    say: (group: string, why: string) =>
      `another member of group ${group} runs with the same group.instance.id; give each process its own (${why})`,
  },
  GROUP_IN_USE: {
    label: 'fatal',
    exit: exit.kafkaFailed,
    say: (group: string, why: string) =>
      `the group ${group} has members, and Kafka moves its offsets only while it has none; stop the redkite that runs it first (${why})`,
  },
  GROUP_CONFLICT: {
    label: 'fatal',
    exit: exit.kafkaFailed,
    say: (group: string, why: string) =>
      `the other members of group ${group} use a different group.protocol or partition.assignment.strategy; use theirs (${why})`,
  },
  MESSAGE_TOO_LARGE: {
    label: 'fatal',
    exit: exit.kafkaFailed,
    say: (topic: string, partition: number, offset: number, bytes: number, bytesMax: number) =>
      `the record at ${topic}[${partition}] offset ${offset} has ${bytes} bytes; redkite reads at most ${bytesMax}`,
  },
  KAFKA_CONF_INVALID: {
    label: 'fatal',
    exit: exit.configInvalid,
    say: (key: string, why: string) => `the Kafka setting ${key} cannot be used: ${why}`,
  },
  PRODUCE_FAILED: {
    label: 'retriable',
    exit: exit.kafkaFailed,
    say: (topic: string, why: string) => `a record could not be written to topic ${topic} (${why})`,
  },
  PRODUCE_TOO_LARGE: {
    label: 'fatal',
    exit: exit.kafkaFailed,
    say: (topic: string, why: string) =>
      `a record is too large for topic ${topic}; raise max.message.bytes of the topic, or message.max.bytes of the brokers (${why})`,
  },
  DEAD_LETTER_TOPIC_MISSING: {
    label: 'fatal',
    exit: exit.topicMissing,
    say: (topic: string, sink: string) =>
      `there is no topic ${topic} for dead letters of ${sink}; the first run makes it, or correct \`errors.deadletterqueue.topic.name\``,
  },
  DEAD_LETTER_TOPIC_UNCREATED: {
    label: 'fatal',
    exit: exit.topicMissing,
    say: (topic: string, why: string) =>
      `the dead-letter topic ${topic} is missing and could not be created; create it, or set \`errors.deadletterqueue.topic.replication.factor\` to at most the number of brokers (${why})`,
  },
  LETTER_WITHOUT_ORIGIN: {
    label: 'record',
    exit: exit.badRecord,
    say: () =>
      'the dead letter does not say where its record was read, and pk.mode=kafka makes the key of that; set errors.deadletterqueue.context.headers.enable=true for letters that can be sent again',
  },
  RECORDS_DAMAGED: {
    label: 'fatal',
    exit: exit.kafkaFailed,
    say: (topic: string, partition: number, why: string) =>
      `records of ${topic}[${partition}] did not arrive as they were written (${why}); nothing behind them is committed: start redkite again, and if it comes back look at the broker's disk, the network, and what its producers write`,
  },
  KAFKA_TIMED_OUT: {
    label: 'retriable',
    exit: exit.kafkaFailed,
    say: (what: string, deadlineMs: number, why: string) =>
      `Kafka did not finish in ${deadlineMs} ms: ${what}${why === '' ? '' : ` (${why})`}`,
  },
  KAFKA_FAILED: {
    label: 'retriable',
    exit: exit.kafkaFailed,
    say: (what: string, why: string) => `Kafka: ${what} (${why})`,
  },
  KAFKA_BROKEN: {
    label: 'fatal',
    exit: exit.kafkaFailed,
    say: (why: string) => `librdkafka gave up: ${why}; start redkite again, and report it if it comes back`,
  },
  LIBRARY_MISMATCH: {
    label: 'fatal',
    exit: exit.internal,
    say: (expected: string, found: string) =>
      `redkite was made for librdkafka ${expected}, but ${found} was loaded; install redkite again`,
  },
  LIBRARY_UNPLACED: {
    label: 'fatal',
    exit: exit.kafkaFailed,
    say: (refusals: string) =>
      `librdkafka has to be a file to be loaded, and no place takes it (${refusals}); allow memfd_create, or set XDG_RUNTIME_DIR to a folder that can be written and is not mounted noexec`,
  },
} as const satisfies ErrorTable
