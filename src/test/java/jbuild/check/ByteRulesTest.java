package jbuild.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.Instruction;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.Entry;
import jbuild.layer.FileData;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.StoredFile;
import jbuild.layer.TreeView;
import jbuild.layer.Whiteout;
import org.junit.jupiter.api.Test;

/** Layers in memory, and what they store too much. */
class ByteRulesTest {
  private static final Attributes OLD = Attributes.of(0644, 0, 0, 1000);

  private final Base base = new Base();
  private final List<LayerFacts> layers = new ArrayList<>();
  private String[] lines = {};

  private void file(String... buildfile) {
    lines = buildfile;
  }

  /** The layer of the n-th instruction after FROM. */
  private LayerTree layer(int number, boolean judged) throws Exception {
    Instruction instruction = Checks.parse(lines).stages().get(0).instructions().get(number);
    LayerTree tree = new LayerTree();
    layers.add(new LayerFacts(instruction, tree, file -> StoredFile.open(List.of(), file), judged));
    return tree;
  }

  private LayerTree layer(int number) throws Exception {
    return layer(number, true);
  }

  private static RegularFile file(Attributes attributes, String content) {
    byte[] bytes = content.getBytes(UTF_8);
    return new RegularFile(attributes, bytes.length, new FileData.Bytes(bytes));
  }

  private static void put(LayerTree tree, String path, Inode inode) {
    tree.put(BytePath.parse(path), inode);
  }

  private String found() throws Exception {
    Suppressions suppressions = Checks.result(Checks.request(), lines).suppressions();
    List<String> texts = new ArrayList<>();
    for (Finding finding : ByteRules.check(base, layers, suppressions, bytes -> bytes + "B", 1)) {
      texts.add(finding.range().startLine() + " " + finding.rule().id() + ": " + finding.message());
    }
    return String.join("\n", texts);
  }

  @Test
  void a_chown_stores_again_what_a_copy_has_stored() throws Exception {
    file("FROM scratch", "COPY a /d/", "RUN chown -R 1 /d");
    put(layer(0), "d/a", file(OLD, "12345"));
    put(layer(1), "d/a", file(OLD.withOwner(1, 1), "12345"));
    assertEquals(
        "3 RecursiveChownLayer: this RUN stores 5B again that the COPY in line 2 stores", found());
  }

  @Test
  void files_of_the_base_are_told_apart() throws Exception {
    file("FROM scratch", "RUN chown -R 1 /d");
    base.put("d", null);
    base.put("d/a", "12345");
    base.put("d/b", "12345");
    LayerTree tree = layer(0);
    put(tree, "d/a", file(OLD.withMode(0600), "12345"));
    put(tree, "d/b", file(OLD.withMode(0600), "12x45"));
    assertEquals("2 RecursiveChownLayer: this RUN stores 5B again that the base stores", found());
  }

  @Test
  void a_hard_link_is_stored_once() throws Exception {
    file("FROM scratch", "COPY a /d/", "RUN chown -R 1 /d");
    RegularFile below = file(OLD, "12345");
    LayerTree copied = layer(0);
    put(copied, "d/a", below);
    put(copied, "d/b", below);
    RegularFile above = file(OLD.withOwner(1, 1), "12345");
    LayerTree changed = layer(1);
    put(changed, "d/a", above);
    put(changed, "d/b", above);
    assertEquals(
        "3 RecursiveChownLayer: this RUN stores 5B again that the COPY in line 2 stores", found());
  }

  @Test
  void other_bytes_of_the_same_size_and_time_are_a_change() throws Exception {
    // SOURCE_DATE_EPOCH gives all files the same time.
    file("FROM scratch", "COPY a /d/", "RUN echo 54321 >/d/a");
    put(layer(0), "d/a", file(OLD, "12345"));
    put(layer(1), "d/a", file(OLD, "54321"));
    assertEquals(
        "3 DeletedInLaterLayer: this RUN hides 5B of the COPY in line 2, which stay in the image",
        found());
  }

  @Test
  void the_ends_of_large_files_are_compared() throws Exception {
    String large = "a".repeat(300_000);
    file("FROM scratch", "COPY a /d/", "RUN chown 1 /d/*");
    LayerTree copied = layer(0);
    put(copied, "d/same", file(OLD, large));
    put(copied, "d/other", file(OLD, large));
    LayerTree changed = layer(1);
    put(changed, "d/same", file(OLD.withOwner(1, 1), large));
    put(changed, "d/other", file(OLD.withOwner(1, 1), large.substring(1) + "b"));
    assertEquals(
        "3 RecursiveChownLayer: this RUN stores 300000B again that the COPY in line 2 stores\n"
            + "3 DeletedInLaterLayer: this RUN hides 300000B of the COPY in line 2, which stay in"
            + " the image",
        found());
  }

  @Test
  void whiteouts_opaque_directories_and_replacements_hide() throws Exception {
    file("FROM scratch", "COPY a /", "RUN wget -O /tree/e x", "RUN rm -r /d");
    LayerTree copied = layer(0);
    put(copied, "d/sub/a", file(OLD, "1"));
    put(copied, "d/b", file(OLD, "22"));
    put(copied, "tree/c", file(OLD, "4444"));
    put(copied, "becomes", file(OLD, "88888888"));
    put(layer(1), "tree/e", file(OLD, "x".repeat(16)));
    LayerTree removed = layer(2);
    put(removed, "d", new Whiteout());
    Directory opaque = new Directory(Attributes.of(0755, 0, 0, 0));
    opaque.setOpaque(true);
    put(removed, "tree", opaque);
    put(removed, "becomes/directory/x", file(OLD, "y"));
    assertEquals(
        "4 DeletedInLaterLayer: this RUN hides 15B of the COPY in line 2, which stay in the image\n"
            + "4 DeletedInLaterLayer: this RUN hides 16B of the RUN in line 3, which stay in the"
            + " image",
        found());
  }

  @Test
  void what_is_deleted_of_the_base_is_nobodys_fault() throws Exception {
    file("FROM scratch", "RUN rm /a");
    base.put("a", "12345");
    put(layer(0), "a", new Whiteout());
    assertEquals("", found());
  }

  @Test
  void known_caches_are_counted_by_their_owner() throws Exception {
    file("FROM scratch", "RUN apt-get update");
    LayerTree tree = layer(0);
    put(tree, "var/lib/apt/lists/a", file(OLD, "123"));
    put(tree, "var/cache/apt/archives/b", file(OLD, "4567"));
    put(tree, "var/cache/other", file(OLD, "89"));
    assertEquals("2 PackageCacheLeft: this RUN stores 7B of the cache of apt", found());
  }

  @Test
  void layers_from_the_cache_and_switched_off_rules_say_nothing() throws Exception {
    file(
        "FROM scratch",
        "COPY a /d/",
        "RUN chown -R 1 /d",
        "# check=skip=RecursiveChownLayer it must be",
        "RUN chown -R 2 /d");
    put(layer(0), "d/a", file(OLD, "12345"));
    put(layer(1, false), "d/a", file(OLD.withOwner(1, 1), "12345"));
    put(layer(2), "d/a", file(OLD.withOwner(2, 2), "12345"));
    assertEquals("", found());
  }

  /** A base of a few files, all of the same time. */
  private static final class Base implements TreeView {
    private final Map<BytePath, String> contents = new HashMap<>();

    void put(String path, String content) {
      contents.put(BytePath.parse(path), content);
    }

    @Override
    public Entry lookup(BytePath path) {
      if (!contents.containsKey(path)) {
        return null;
      }
      String content = contents.get(path);
      return new Entry(
          path,
          content == null ? FileType.DIRECTORY : FileType.REGULAR,
          OLD,
          content == null ? 0 : content.length(),
          null,
          0,
          0,
          1,
          0);
    }

    @Override
    public BytePath resolve(BytePath path, boolean followFinal) {
      return path;
    }

    @Override
    public List<Entry> list(BytePath path) {
      return List.of();
    }

    @Override
    public InputStream open(Entry file) throws IOException {
      return new ByteArrayInputStream(ByteString.of(contents.get(file.path())).toBytes());
    }
  }
}
