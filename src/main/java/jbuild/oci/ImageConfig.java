package jbuild.oci;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An image's configuration (image-spec config.md); its digest is the image's ID for Docker:
 *
 * <pre>{"created":"…","architecture":"amd64","os":"linux","config":{"Env":[…],…},
 * "rootfs":{"type":"layers","diff_ids":["sha256:…",…]},"history":[{…},…]}</pre>
 *
 * @param created RFC 3339, see {@link Rfc3339}
 * @param author empty when there is none
 * @param diffIds digests of the uncompressed layers, bottom first
 * @param others members this program has no use for, as raw JSON by name
 */
public record ImageConfig(
    @Nullable String created,
    String author,
    Platform platform,
    RuntimeConfig config,
    List<Digest> diffIds,
    List<History> history,
    Map<String, String> others) {

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    history = List.copyOf(history);
    others = Collections.unmodifiableMap(new TreeMap<>(others));
  }

  /** The configuration of an image of nothing. */
  public static ImageConfig empty(Platform platform) {
    return new ImageConfig(null, "", platform, RuntimeConfig.EMPTY, List.of(), List.of(), Map.of());
  }

  public ImageConfig withConfig(RuntimeConfig changed) {
    return new ImageConfig(created, author, platform, changed, diffIds, history, others);
  }

  public static ImageConfig fromJson(byte[] json) throws OciFormatException {
    return fromJson("image config", json);
  }

  /**
   * Reads a document.
   *
   * @param document for error messages, such as {@code image config sha256:…}
   */
  public static ImageConfig fromJson(String document, byte[] json) throws OciFormatException {
    JsonReader in = new JsonReader(document, json);
    String created = null;
    String author = "";
    String os = null;
    String architecture = null;
    String variant = null;
    RuntimeConfig config = RuntimeConfig.EMPTY;
    List<Digest> diffIds = null;
    List<History> history = new ArrayList<>();
    SortedMap<String, String> others = new TreeMap<>();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "created" -> created = Rfc3339.read(in);
        case "author" -> author = in.text();
        case "os" -> os = in.string();
        case "architecture" -> architecture = in.string();
        case "variant" -> variant = in.string();
        case "config" -> config = RuntimeConfig.read(in);
        case "rootfs" -> diffIds = readRootfs(in);
        case "history" -> readHistory(in, history);
        default -> in.keep(name, others);
      }
    }
    in.end();
    Platform platform =
        new Platform(in.required(os, "os"), in.required(architecture, "architecture"), variant);
    return new ImageConfig(
        created, author, platform, config, in.required(diffIds, "rootfs"), history, others);
  }

  private static @Nullable List<Digest> readRootfs(JsonReader in) throws OciFormatException {
    if (!in.enterObject()) {
      return null;
    }
    List<Digest> diffIds = new ArrayList<>();
    for (String name = in.nextMember(); name != null; name = in.nextMember()) {
      switch (name) {
        case "type" -> {
          if (!in.text().equals("layers")) {
            throw in.error("is not layers, the one type there is");
          }
        }
        case "diff_ids" -> {
          if (in.enterArray()) {
            while (in.nextElement()) {
              diffIds.add(in.digest());
            }
          }
        }
        default -> in.raw();
      }
    }
    return diffIds;
  }

  private static void readHistory(JsonReader in, List<History> history) throws OciFormatException {
    if (in.enterArray()) {
      while (in.nextElement()) {
        history.add(History.read(in));
      }
    }
  }

  public byte[] toJson() throws IOException {
    JsonWriter out = new JsonWriter();
    out.text("created", created);
    out.text("author", author);
    out.text("architecture", platform.architecture());
    out.text("os", platform.os());
    out.text("variant", platform.variant());
    config.write(out);
    out.startObject("rootfs");
    out.text("type", "layers");
    out.digests("diff_ids", diffIds);
    out.endObject();
    if (!history.isEmpty()) {
      out.startArray("history");
      for (History entry : history) {
        entry.write(out);
      }
      out.endArray();
    }
    out.others(others);
    return out.finish();
  }
}
