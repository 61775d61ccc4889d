package jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's search for a Java, with made-up ones that are never started. */
class LauncherTest {
  private static final Path JAVA_SH = Path.of("src/main/dist/lib/java.sh").toAbsolutePath();
  private static final String FIND =
      ". " + JAVA_SH + "; java_find java && echo \"$java_home $java_major $java_version\"";

  @TempDir Path folder;

  private Path java(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    executable(home.resolve("bin/java"), "exit 99");
    Files.writeString(
        home.resolve("release"),
        """
        IMPLEMENTOR="Some one's"
        JAVA_RUNTIME_VERSION="%s+6-x"
        JAVA_VERSION="%s"
        LIBC="gnu"
        MODULES="java.base java.xml"
        OS_ARCH="x86_64"
        """
            .formatted(version, version));
    return home;
  }

  private static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  /** What the shell prints with these two variables and the machine's usual programs. */
  private static String find(String javaHome, Path inPath) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-euc", FIND).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", javaHome);
    builder.environment().put("PATH", inPath + ":/usr/bin:/bin");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.strip();
  }

  @Test
  void java_home_comes_before_path() throws Exception {
    Path first = java("first", "21.0.1");
    Path second = java("second", "17.0.2");
    assertEquals(first + " 21 21.0.1+6-x", find(first.toString(), second.resolve("bin")));
    assertEquals(second + " 17 17.0.2+6-x", find("", second.resolve("bin")));
  }

  @Test
  void an_old_java_is_passed_over() throws Exception {
    Path old = java("old", "1.8.0_302");
    Path eleven = java("eleven", "11.0.1");
    Path good = java("with a space", "26-ea");
    Path links = Files.createDirectories(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("java"), good.resolve("bin/java"));
    assertEquals(good + " 26 26-ea+6-x", find(old.toString(), links));
    assertEquals(
        good + " 26 26-ea+6-x", find(old.toString(), Path.of(eleven.resolve("bin") + ":" + links)));
  }

  @Test
  void a_java_without_a_release_file_is_asked() throws Exception {
    Path home = folder.resolve("bare");
    executable(home.resolve("bin/java"), "echo '    java.runtime.version = 19.0.1+10' >&2");
    assertEquals(home + " 19 19.0.1+10", find(home.toString(), home));
  }
}
