package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares with ldd(1), which lets the real loader do it, on this machine's programs and on odd
 * ones.
 */
class LddTest {
  private static final List<String> PROGRAMS =
      List.of(
          "bash", "sh", "ls", "tar", "grep", "find", "sort", "sed", "ps", "stat", "xz", "gcc",
          "git", "perl", "python3", "openssl", "ssh", "apt-get");

  private static final Pattern LDD_LINE =
      Pattern.compile("\\s+(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)");

  @TempDir Path folder;

  @Test
  void agrees_with_ldd_on_this_machines_programs() throws Exception {
    assumeTool("ldd");
    HostRoot host = new HostRoot(Path.of("/"));
    LibraryResolver resolver = new LibraryResolver(host);
    int compared = 0;
    for (String name : PROGRAMS) {
      HostRoot.Found found = host.file(ByteString.of("/usr/bin/" + name));
      ElfFile elf = found == null ? null : resolver.elf(found);
      if (elf != null && elf.interpreter() != null) {
        Path program = Path.of(found.path().toString());
        assertEquals(ldd(program), ours(program), name);
        compared++;
      }
    }
    assertTrue(compared > 0, "none of " + PROGRAMS + " is here");
  }

  @Test
  void agrees_with_ldd_on_origin_rpath_and_runpath() throws Exception {
    assumeTool("ldd");
    assumeTool("gcc");
    Path deep = Files.createDirectories(folder.resolve("app/lib/deep"));
    Path other = Files.createDirectories(folder.resolve("app/other"));
    Path source = Files.writeString(folder.resolve("b.c"), "int b(void) { return 1; }");
    run("gcc", "-shared", "-fPIC", "-o", deep.resolve("libb.so").toString(), source.toString());
    Files.copy(deep.resolve("libb.so"), other.resolve("libb.so"));
    source = Files.writeString(folder.resolve("a.c"), "int b(void); int a(void) { return b(); }");
    Path a = folder.resolve("app/lib/liba.so");
    run(
        "gcc",
        "-shared",
        "-fPIC",
        "-o",
        a.toString(),
        source.toString(),
        "-L" + deep,
        "-lb",
        "-Wl,--enable-new-dtags,-rpath,$ORIGIN/deep");
    source =
        Files.writeString(folder.resolve("p.c"), "int a(void); int main(void) { return a(); }");
    for (String tags : List.of("enable", "disable")) {
      Path program = Files.createDirectories(folder.resolve("app/bin")).resolve(tags);
      run(
          "gcc",
          "-o",
          program.toString(),
          source.toString(),
          "-L" + a.getParent(),
          "-la",
          "-Wl,-rpath-link," + deep,
          "-Wl,--" + tags + "-new-dtags,-rpath,/nowhere:$ORIGIN/../other:${ORIGIN}/../lib");
      assertEquals(ldd(program), ours(program), tags);
      assertTrue(ours(program).contains(deep.resolve("libb.so").toRealPath().toString()));
    }
  }

  private static Set<String> ours(Path program) throws IOException {
    HostRoot host = new HostRoot(Path.of("/"));
    LibraryResolver resolver = new LibraryResolver(host);
    HostRoot.Found found = host.file(ByteString.of(program.toString()));
    Set<String> paths = new TreeSet<>();
    for (HostRoot.Found library : resolver.libraries(found, resolver.elf(found))) {
      paths.add(library.path().toString());
    }
    return paths;
  }

  private static Set<String> ldd(Path program) throws Exception {
    Set<String> paths = new TreeSet<>();
    Matcher matcher = LDD_LINE.matcher(run("ldd", program.toString()));
    while (matcher.find()) {
      paths.add(Path.of(matcher.group(1)).toRealPath().toString());
    }
    return paths;
  }

  private static void assumeTool(String name) {
    boolean there = Files.isExecutable(Path.of("/usr/bin", name));
    if (!there) {
      System.err.println("skipped: /usr/bin/" + name + " is not on this machine");
    }
    assumeTrue(there);
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + output);
    return output;
  }
}
