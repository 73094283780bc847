import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * What Kafka Connect's own transforms make of records, for the tests to compare with. Started as one source file with Connect's jars:
 *
 *   java -cp … ConnectTruth.java FILE    one case a line, as test/mapping/connect.ts writes them; one JSON answer a line
 *
 * Dates are answered as {"$date": ms}, because Connect has no JSON for them without a schema.
 */
public class ConnectTruth {
  private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), false);
    StringBuilder out = new StringBuilder();
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      JsonNode given = json.readTree(line);
      ObjectNode answer = nodes.objectNode();
      try {
        answer = apply(given, converter);
      } catch (Exception refused) {
        answer.put("refused", String.valueOf(refused.getMessage()));
      }
      out.append(json.writeValueAsString(answer)).append('\n');
    }
    System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }

  private static ObjectNode apply(JsonNode given, JsonConverter converter) throws Exception {
    JsonNode place = given.get("record");
    ConnectHeaders headers = new ConnectHeaders();
    place.get("headers").fields().forEachRemaining(header -> headers.addString(header.getKey(), header.getValue().asText()));
    SinkRecord record = new SinkRecord(
        place.get("topic").asText(), place.get("partition").asInt(),
        null, read(converter, place.get("key")), null, read(converter, place.get("value")),
        place.get("offset").asLong(), place.hasNonNull("timestampMs") ? place.get("timestampMs").asLong() : null,
        TimestampType.CREATE_TIME, headers);
    for (JsonNode step : given.get("steps")) {
      if (step.has("predicate")) {
        Predicate<SinkRecord> predicate = make(step.get("predicate").get("type").asText());
        predicate.configure(settings(step.get("predicate")));
        if (predicate.test(record) == step.get("negate").asBoolean()) continue;
      }
      Transformation<SinkRecord> transform = make(step.get("type").asText());
      transform.configure(settings(step.get("settings")));
      record = transform.apply(record);
      if (record == null) return nodes.objectNode().put("dropped", true);
    }
    ObjectNode answer = nodes.objectNode().put("topic", record.topic());
    answer.set("key", write(record.key()));
    answer.set("value", write(record.value()));
    ArrayNode list = answer.putArray("headers");
    for (Header header : record.headers()) list.addArray().add(header.key()).add(write(header.value()));
    return answer;
  }

  private static Object read(JsonConverter converter, JsonNode text) {
    if (text.isNull()) return null;
    return converter.toConnectData("topic", text.asText().getBytes(StandardCharsets.UTF_8)).value();
  }

  @SuppressWarnings("unchecked")
  private static <T> T make(String name) throws Exception {
    return (T) Class.forName(name).getDeclaredConstructor().newInstance();
  }

  private static Map<String, String> settings(JsonNode object) {
    Map<String, String> settings = new TreeMap<>();
    object.fields().forEachRemaining(each -> { if (!each.getKey().equals("type")) settings.put(each.getKey(), each.getValue().asText()); });
    return settings;
  }

  private static JsonNode write(Object value) {
    if (value == null) return nodes.nullNode();
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = nodes.objectNode();
      map.forEach((name, inside) -> object.set((String) name, write(inside)));
      return object;
    }
    if (value instanceof List<?> list) {
      ArrayNode array = nodes.arrayNode();
      list.forEach(inside -> array.add(write(inside)));
      return array;
    }
    if (value instanceof Date date) return nodes.objectNode().put("$date", date.getTime());
    if (value instanceof Boolean flag) return nodes.booleanNode(flag);
    if (value instanceof Float single) return nodes.numberNode(single);
    if (value instanceof Double real) return nodes.numberNode(real);
    if (value instanceof Number whole) return nodes.numberNode(whole.longValue());
    return nodes.textNode(value.toString());
  }
}
