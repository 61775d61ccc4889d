package jbuild.step;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jbuild.oci.Digest;

/**
 * What a step's result depends on, by name. The components are kept beside the digest, so that a
 * miss can be explained by the first one that differs.
 */
public final class CacheKey {

  /** One thing the result depends on. */
  public record Component(String name, String value) {}

  private final List<Component> components;
  private final Digest digest;

  private CacheKey(List<Component> components) {
    this.components = List.copyOf(components);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    for (Component component : components) {
      // Lengths before contents: no two lists of components have the same bytes.
      add(bytes, component.name);
      add(bytes, component.value);
    }
    this.digest = Digest.of(bytes.toByteArray());
  }

  private static void add(ByteArrayOutputStream bytes, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int length = utf8.length;
    bytes.write(length >>> 24);
    bytes.write(length >>> 16);
    bytes.write(length >>> 8);
    bytes.write(length);
    bytes.write(utf8, 0, length);
  }

  public List<Component> components() {
    return components;
  }

  public Digest digest() {
    return digest;
  }

  /** Starts the key of a step of the kind {@code kind}, such as {@code run}. */
  public static Builder of(String kind) {
    return new Builder().with("kind", kind);
  }

  /** Collects components in order. */
  public static final class Builder {
    private final List<Component> components = new ArrayList<>();

    public Builder with(String name, String value) {
      components.add(new Component(name, value));
      return this;
    }

    /** A list is one component a member: {@code argv[0]}, {@code argv[1]}. */
    public Builder withAll(String name, List<?> values) {
      for (int i = 0; i < values.size(); i++) {
        components.add(new Component(name + "[" + i + "]", values.get(i).toString()));
      }
      return this;
    }

    public CacheKey build() {
      return new CacheKey(components);
    }
  }
}
