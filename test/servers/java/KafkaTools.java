import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's own Java clients behind one JSON request a line on stdin and one answer a line on stdout, so that a test has a ground truth that
 * owes nothing to librdkafka, without a second of JVM start for each question. Started by test/servers/kafka-tools.ts.
 *
 * Request: {"id", "method", "params"}. Answer: {"id", "result"} or {"id", "error"}. Keys and values of records travel as base64.
 */
public final class KafkaTools {
  private static final ObjectMapper json = new ObjectMapper();
  private static final Duration pollTimeout = Duration.ofMillis(200);

  private final String bootstrap;
  private final Admin admin;
  private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();

  private KafkaTools(String bootstrap) {
    this.bootstrap = bootstrap;
    this.admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrap));
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err); // a stray println must not mix with the answers
    KafkaTools tools = new KafkaTools(arguments[0]);
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = requests.readLine()) != null; ) {
      JsonNode request = json.readTree(line);
      ObjectNode answer = json.createObjectNode();
      answer.set("id", request.get("id"));
      try {
        answer.set("result", tools.answer(request.get("method").asText(), request.get("params")));
      } catch (Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        answer.put("error", cause.getClass().getSimpleName() + ": " + cause.getMessage());
      }
      answers.println(json.writeValueAsString(answer));
    }
    System.exit(0);
  }

  private JsonNode answer(String method, JsonNode params) throws Exception {
    return switch (method) {
      case "createTopic" -> createTopic(params);
      case "deleteTopic" -> done(admin.deleteTopics(List.of(text(params, "topic"))).all());
      case "addPartitions" -> done(admin
          .createPartitions(Map.of(text(params, "topic"), NewPartitions.increaseTo(params.get("partitions").asInt()))).all());
      case "deleteRecords" -> done(admin.deleteRecords(
          Map.of(partition(params), RecordsToDelete.beforeOffset(params.get("before").asLong()))).all());
      case "produce" -> produce(params);
      case "produceFile" -> produceFile(params);
      case "consume" -> consume(text(params, "topic"));
      case "offsets" -> offsets(text(params, "topic"));
      case "groupOffsets" -> groupOffsets(text(params, "group"));
      case "setGroupOffsets" -> setGroupOffsets(params);
      case "describeGroup" -> describeGroup(text(params, "group"));
      case "deleteGroup" -> done(admin.deleteConsumerGroups(List.of(text(params, "group"))).all());
      default -> throw new IllegalArgumentException("no method " + method);
    };
  }

  private JsonNode createTopic(JsonNode params) throws Exception {
    Map<String, String> config = new HashMap<>();
    params.path("config").properties().forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
    NewTopic topic = new NewTopic(
        text(params, "topic"), params.path("partitions").asInt(1), (short) params.path("replicas").asInt(1));
    return done(admin.createTopics(List.of(topic.configs(config))).all());
  }

  /** Answers the offset of each record, in the order given. */
  private JsonNode produce(JsonNode params) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (JsonNode from : params.get("records")) {
      ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
          text(params, "topic"),
          from.hasNonNull("partition") ? from.get("partition").asInt() : null,
          from.hasNonNull("timestamp") ? from.get("timestamp").asLong() : null,
          bytes(from, "key"),
          bytes(from, "value"));
      for (JsonNode header : from.path("headers")) {
        record.headers().add(text(header, "name"), bytes(header, "value"));
      }
      records.add(record);
    }
    ArrayNode offsets = json.createArrayNode();
    for (RecordMetadata sent : send(params, records)) {
      offsets.add(sent.offset());
    }
    return offsets;
  }

  /** A record a line; before the separator, where one is given, stands the key. Answers how many. */
  private JsonNode produceFile(JsonNode params) throws Exception {
    String topic = text(params, "topic");
    String separator = params.path("keySeparator").asText("");
    Integer partition = params.hasNonNull("partition") ? params.get("partition").asInt() : null;
    KafkaProducer<byte[], byte[]> producer = producer(params.path("compression").asText("none"));
    Future<RecordMetadata> last = null;
    long count = 0;
    try (BufferedReader lines = Files.newBufferedReader(Path.of(text(params, "path")))) {
      for (String line; (line = lines.readLine()) != null; count++) {
        int at = separator.isEmpty() ? -1 : line.indexOf(separator);
        byte[] key = at < 0 ? null : line.substring(0, at).getBytes(StandardCharsets.UTF_8);
        byte[] value = (at < 0 ? line : line.substring(at + separator.length())).getBytes(StandardCharsets.UTF_8);
        last = producer.send(new ProducerRecord<>(topic, partition, key, value));
      }
    }
    producer.flush();
    if (last != null) {
      last.get();
    }
    return json.getNodeFactory().numberNode(count);
  }

  private List<RecordMetadata> send(JsonNode params, List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    String transaction = params.path("transaction").asText("");
    String compression = params.path("compression").asText("none");
    if (transaction.isEmpty()) {
      return sendAll(producer(compression), records);
    }
    Map<String, Object> config = producerConfig(compression);
    config.put("transactional.id", "tools-" + System.nanoTime());
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config)) {
      producer.initTransactions();
      producer.beginTransaction();
      List<RecordMetadata> sent = sendAll(producer, records);
      if (transaction.equals("abort")) {
        producer.abortTransaction();
      } else {
        producer.commitTransaction();
      }
      return sent;
    }
  }

  private static List<RecordMetadata> sendAll(
      KafkaProducer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    List<Future<RecordMetadata>> pending = new ArrayList<>(records.size());
    for (ProducerRecord<byte[], byte[]> record : records) {
      pending.add(producer.send(record));
    }
    producer.flush();
    List<RecordMetadata> sent = new ArrayList<>(records.size());
    for (Future<RecordMetadata> one : pending) {
      sent.add(one.get());
    }
    return sent;
  }

  private KafkaProducer<byte[], byte[]> producer(String compression) {
    return producers.computeIfAbsent(compression, name -> new KafkaProducer<>(producerConfig(name)));
  }

  /**
   * One request in flight: with several, a new partition whose broker is not its leader yet refuses the first batch and takes the second,
   * and then the first as out of sequence for two minutes, while all other questions wait.
   */
  private Map<String, Object> producerConfig(String compression) {
    return new HashMap<>(Map.of(
        "bootstrap.servers", bootstrap,
        "max.in.flight.requests.per.connection", 1,
        "key.serializer", ByteArraySerializer.class,
        "value.serializer", ByteArraySerializer.class,
        "compression.type", compression,
        "max.request.size", 100 << 20,
        "buffer.memory", 120L << 20));
  }

  /** All records of a topic from its beginning to its end as it was when asked; of transactions, the committed ones. */
  private JsonNode consume(String topic) throws Exception {
    ArrayNode records = json.createArrayNode();
    Map<String, Object> config = Map.of(
        "bootstrap.servers", bootstrap,
        "key.deserializer", ByteArrayDeserializer.class,
        "value.deserializer", ByteArrayDeserializer.class,
        "isolation.level", "read_committed",
        "enable.auto.commit", false);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config)) {
      List<TopicPartition> partitions = partitions(topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(pollTimeout).forEach(record -> {
          ObjectNode one = records.addObject();
          one.put("partition", record.partition()).put("offset", record.offset()).put("timestamp", record.timestamp());
          one.put("key", record.key()).put("value", record.value());
          ArrayNode headers = one.putArray("headers");
          record.headers().forEach(h -> headers.addObject().put("name", h.key()).put("value", h.value()));
        });
      }
    }
    return records;
  }

  private JsonNode offsets(String topic) throws Exception {
    ArrayNode answer = json.createArrayNode();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.<String, Object>of(
        "bootstrap.servers", bootstrap,
        "key.deserializer", ByteArrayDeserializer.class,
        "value.deserializer", ByteArrayDeserializer.class))) {
      List<TopicPartition> partitions = partitions(topic);
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition p : partitions) {
        answer.addObject().put("partition", p.partition()).put("beginning", beginnings.get(p)).put("end", ends.get(p));
      }
    }
    return answer;
  }

  private List<TopicPartition> partitions(String topic) throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
        .map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  private JsonNode groupOffsets(String group) throws Exception {
    ArrayNode answer = json.createArrayNode();
    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().forEach((partition, committed) -> {
      if (committed != null) {
        answer.addObject().put("topic", partition.topic()).put("partition", partition.partition())
            .put("offset", committed.offset()).put("metadata", committed.metadata());
      }
    });
    return answer;
  }

  private JsonNode setGroupOffsets(JsonNode params) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (JsonNode one : params.get("offsets")) {
      offsets.put(partition(one), new OffsetAndMetadata(one.get("offset").asLong(), Optional.empty(), ""));
    }
    return done(admin.alterConsumerGroupOffsets(text(params, "group"), offsets).all());
  }

  private JsonNode describeGroup(String group) throws Exception {
    var description = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
    ObjectNode answer = json.createObjectNode();
    answer.put("state", description.groupState().toString()).put("type", description.type().toString())
        .put("assignor", description.partitionAssignor());
    ArrayNode members = answer.putArray("members");
    description.members().forEach(member -> {
      ArrayNode owned = members.addObject().put("clientId", member.clientId()).putArray("partitions");
      member.assignment().topicPartitions().forEach(p -> owned.add(p.toString()));
    });
    return answer;
  }

  private static JsonNode done(Future<?> future) throws Exception {
    future.get();
    return json.nullNode();
  }

  private static TopicPartition partition(JsonNode from) {
    return new TopicPartition(text(from, "topic"), from.path("partition").asInt());
  }

  private static String text(JsonNode from, String name) {
    return from.required(name).asText();
  }

  private static byte[] bytes(JsonNode from, String name) throws Exception {
    return from.hasNonNull(name) ? from.get(name).binaryValue() : null;
  }
}
