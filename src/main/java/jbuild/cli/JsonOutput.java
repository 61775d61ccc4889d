package jbuild.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints one JSON document, indented; written when it is complete. */
final class JsonOutput implements AutoCloseable {
  private final PrintStream out;
  private final StringWriter text = new StringWriter();
  private final JsonGenerator json;

  JsonOutput(PrintStream out) throws IOException {
    this.out = out;
    this.json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter();
  }

  void startArray() throws IOException {
    json.writeStartArray();
  }

  void startArray(String name) throws IOException {
    json.writeArrayFieldStart(name);
  }

  void endArray() throws IOException {
    json.writeEndArray();
  }

  void startObject() throws IOException {
    json.writeStartObject();
  }

  void startObject(String name) throws IOException {
    json.writeObjectFieldStart(name);
  }

  void endObject() throws IOException {
    json.writeEndObject();
  }

  /** A null is written as one: programs like to find every member. */
  void text(String name, @Nullable String value) throws IOException {
    json.writeStringField(name, value);
  }

  /** A member of an array. */
  void element(@Nullable String value) throws IOException {
    json.writeString(value);
  }

  void number(String name, long value) throws IOException {
    json.writeNumberField(name, value);
  }

  void flag(String name, boolean value) throws IOException {
    json.writeBooleanField(name, value);
  }

  void texts(String name, Collection<String> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  void map(String name, Map<String, String> values) throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> entry : values.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  /** A member whose value is JSON already. */
  void raw(String name, String value) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(value);
  }

  @Override
  public void close() throws IOException {
    json.close();
    out.println(text);
  }
}
