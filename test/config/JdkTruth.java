import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the JDK itself makes of files and expressions, for the tests to compare with. Started as one source file:
 *
 *   java JdkTruth.java properties FOLDER    one line a file, in order of name: hex(key)=hex(value) ..., or "malformed"
 *   java JdkTruth.java regex FILE           lines of expression TAB topic: true or false a line
 */
public class JdkTruth {
  public static void main(String[] args) throws Exception {
    StringBuilder out = new StringBuilder();
    if (args[0].equals("properties")) {
      List<Path> files = new ArrayList<>();
      try (var listed = Files.list(Path.of(args[1]))) { listed.sorted().forEach(files::add); }
      for (Path file : files) out.append(properties(Files.readAllBytes(file))).append('\n');
    } else {
      for (String line : Files.readAllLines(Path.of(args[1]))) {
        String[] pair = line.split("\t", -1);
        out.append(Pattern.compile(pair[0]).matcher(pair[1]).matches()).append('\n');
      }
    }
    System.out.print(out);
  }

  /** Bytes that are UTF-8 through a reader, as redkite decides; all others as ISO-8859-1, as Kafka does. */
  static String properties(byte[] bytes) throws Exception {
    Properties properties = new Properties();
    try {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        properties.load(new StringReader(text));
      } catch (CharacterCodingException notUtf8) {
        properties.load(new ByteArrayInputStream(bytes));
      }
    } catch (IllegalArgumentException malformed) {
      return "malformed";
    }
    TreeMap<String, String> sorted = new TreeMap<>();
    properties.forEach((key, value) -> sorted.put(hex((String) key), hex((String) value)));
    StringBuilder line = new StringBuilder();
    sorted.forEach((key, value) -> line.append(key).append('=').append(value).append(' '));
    return line.toString().trim();
  }

  static String hex(String text) {
    StringBuilder digits = new StringBuilder();
    for (char unit : text.toCharArray()) digits.append(HexFormat.of().toHexDigits(unit));
    return digits.toString();
  }
}
