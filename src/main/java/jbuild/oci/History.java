package jbuild.oci;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one layer came to be (image-spec config.md, "history"). Texts are empty when they are absent.
 *
 * @param created RFC 3339, see {@link Rfc3339}
 * @param emptyLayer whether the step changed no file, so that no layer belongs to this entry
 * @param others members this program has no use for, as raw JSON by name
 */
public record History(
    @Nullable String created,
    String createdBy,
    String author,
    String comment,
    boolean emptyLayer,
    Map<String, String> others) {

  public History {
    others = Collections.unmodifiableMap(new TreeMap<>(others));
  }

  public History(
      @Nullable String created,
      String createdBy,
      String author,
      String comment,
      boolean emptyLayer) {
    this(created, createdBy, author, comment, emptyLayer, Map.of());
  }

  static History read(JsonReader in) throws OciFormatException {
    String created = null;
    String createdBy = "";
    String author = "";
    String comment = "";
    boolean emptyLayer = false;
    SortedMap<String, String> others = new TreeMap<>();
    if (in.enterObject()) {
      for (String name = in.nextMember(); name != null; name = in.nextMember()) {
        switch (name) {
          case "created" -> created = Rfc3339.read(in);
          case "created_by" -> createdBy = in.text();
          case "author" -> author = in.text();
          case "comment" -> comment = in.text();
          case "empty_layer" -> emptyLayer = in.bool();
          default -> in.keep(name, others);
        }
      }
    }
    return new History(created, createdBy, author, comment, emptyLayer, others);
  }

  void write(JsonWriter out) throws IOException {
    out.startObject();
    out.text("created", created);
    out.text("created_by", createdBy);
    out.text("author", author);
    out.text("comment", comment);
    out.flag("empty_layer", emptyLayer);
    out.others(others);
    out.endObject();
  }
}
