package jbuild.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import jbuild.io.BytePath;
import jbuild.layer.Layer;
import jbuild.layer.LayerTree;
import jbuild.linux.Syscalls;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What ADD does with archives that nothing well-meaning has written. */
class ArchiveTest {
  private static final Path HOSTILE = Path.of("testdata", "hostile-tars");

  private final Syscalls syscalls = Syscalls.load();

  @TempDir Path temporary;

  private CopyBench bench() throws IOException {
    return new CopyBench(Files.createTempDirectory(temporary, "bench"), syscalls);
  }

  /** Members by name: a file's content, or behind {@code ->} and {@code =} a link's target. */
  private static byte[] tar(String... members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      for (String member : members) {
        String[] words = member.split(" ", 3);
        byte type =
            words[1].equals("->")
                ? TarConstants.LF_SYMLINK
                : words[1].equals("=") ? TarConstants.LF_LINK : TarConstants.LF_NORMAL;
        TarArchiveEntry entry =
            new TarArchiveEntry(
                words[0], words[0].endsWith("/") ? TarConstants.LF_DIR : type, true);
        byte[] content =
            type == TarConstants.LF_NORMAL
                ? words[2].getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        if (type != TarConstants.LF_NORMAL) {
          entry.setLinkName(words[2]);
        }
        entry.setSize(content.length);
        entry.setModTime(0);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static Layer add(CopyBench bench, byte[] archive) throws Exception {
    Files.write(bench.context().resolve("x"), archive);
    return bench.copy("ADD x /to/");
  }

  private static String failure(CopyBench bench, byte[] archive) {
    return assertThrows(IOException.class, () -> add(bench, archive))
        .getMessage()
        .replace(bench.context().toString(), "CONTEXT");
  }

  @Test
  void trap_29_no_name_leaves_the_destination() throws Exception {
    try (CopyBench bench = bench()) {
      Layer layer = add(bench, tar("../../up : U", "/abs : A", "d/../../../e : E"));
      assertEquals(
          TreeLine.canonical(List.of("to/", "to/up : U", "to/abs : A", "to/e : E")),
          bench.text(layer));
    }
  }

  @Test
  void trap_29_symbolic_links_in_an_archive_are_followed_inside_it() throws Exception {
    try (CopyBench bench = bench()) {
      bench.below(List.of("etc/passwd : root"));
      Layer layer = add(bench, tar("out -> /etc", "out/passwd : evil", "up -> ../..", "up/x : X"));
      assertEquals(
          TreeLine.canonical(
              List.of(
                  "to/",
                  "to/out -> /etc",
                  "to/up -> ../..",
                  "to/etc/",
                  "to/etc/passwd : evil",
                  "to/x : X")),
          bench.text(layer));
    }
  }

  @Test
  void hard_links_stay_in_the_archive() throws Exception {
    try (CopyBench bench = bench()) {
      bench.below(List.of("to/there : T", "etc/shadow : S"));
      assertEquals(
          "unpack CONTEXT/x: read tar: CONTEXT/x at offset 0: l: hard link to ../etc/shadow, which"
              + " is not there (yet)",
          failure(bench, tar("l = ../etc/shadow")));
    }
  }

  @Test
  void trap_48_whiteouts_in_an_archive_are_names_and_those_cannot_be_in_a_layer() throws Exception {
    try (CopyBench bench = bench()) {
      bench.below(List.of("to/a : A"));
      for (String name : List.of(".wh.a", ".wh..wh..opq", "d/.wh.b")) {
        assertTrue(
            failure(bench, tar(name + " : x"))
                .endsWith("no layer can hold this name, it would hide another one"),
            name);
      }
    }
  }

  @Test
  void the_last_of_several_members_of_one_name_holds() throws Exception {
    try (CopyBench bench = bench()) {
      Layer layer = add(bench, tar("a : first", "b/ : ", "b/c : C", "a : last", "b : file"));
      assertEquals(
          TreeLine.canonical(List.of("to/", "to/a : last", "to/b : file")), bench.text(layer));
    }
  }

  @Test
  void what_an_archive_says_of_its_root_does_not_change_the_destination() throws Exception {
    try (CopyBench bench = bench()) {
      bench.below(List.of("to/ 711 3:3 @8"));
      Layer layer = add(bench, tar("./ : ", "./a : A"));
      assertEquals(TreeLine.canonical(List.of("to/ 711 3:3 @8", "to/a : A")), bench.text(layer));
    }
  }

  @Test
  void an_archive_that_stops_in_the_middle_is_an_error() throws Exception {
    try (CopyBench bench = bench()) {
      byte[] whole = tar("a : A", "b : B");
      assertEquals(
          "unpack CONTEXT/x: read tar: CONTEXT/x at offset 1300: the archive stops in the middle of"
              + " an entry",
          failure(bench, Arrays.copyOf(whole, 1300)));
    }
  }

  @Test
  void a_large_compressed_archive_goes_through_a_file_without_a_name() throws Exception {
    try (CopyBench bench = bench()) {
      char[] noise = new char[20 << 20];
      Random random = new Random(1);
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (char) ('a' + random.nextInt(26));
      }
      String content = new String(noise);
      LayerTree tree = TreeLine.tree(List.of("big : " + content, "small : S"), false);
      Layer layer = add(bench, TestArchives.pack(tree, "zstd"));
      assertEquals(content, new String(bench.content(layer, "to/big"), StandardCharsets.UTF_8));
      assertEquals("S", new String(bench.content(layer, "to/small"), StandardCharsets.UTF_8));
      try (Stream<Path> left = Files.list(bench.root().tmp())) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  @Test
  void the_archive_is_read_once_and_its_digest_is_known_then() throws Exception {
    try (CopyBench bench = bench()) {
      LayerTree tree = TreeLine.tree(List.of("a : A"), false);
      for (String format : List.of("plain", "gzip", "bzip2", "xz", "zstd")) {
        Files.write(bench.context().resolve(format), TestArchives.pack(tree, format));
        try (CopyStep step = bench.find("ADD " + format + " /to/")) {
          step.place(bench.belowView(), null);
          assertFalse(step.knownContentDigest() == null, format);
        }
      }
    }
  }

  /** No member of any of them gets out, and no failure is without words. */
  @TestFactory
  Stream<DynamicTest> hostile_archives() throws IOException {
    return Files.readAllLines(HOSTILE.resolve("cases.tsv")).stream()
        .skip(1)
        .map(line -> line.substring(0, line.indexOf('\t')))
        .map(name -> dynamicTest(name, () -> hostile(name)));
  }

  private void hostile(String name) throws Exception {
    try (CopyBench bench = bench()) {
      Layer layer;
      try {
        layer = add(bench, Files.readAllBytes(HOSTILE.resolve(name)));
      } catch (IOException refused) {
        assertFalse(String.valueOf(refused.getMessage()).isBlank());
        return;
      }
      assertEquals(1, layer.tree().root().children().size());
      assertTrue(layer.tree().lookup(BytePath.parse("/to")) != null);
    }
  }
}
