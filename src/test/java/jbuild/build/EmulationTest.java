package jbuild.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jbuild.graph.PlatformName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmulationTest {
  private static final PlatformName ARM64 = new PlatformName("linux", "arm64", "");

  @TempDir Path registry;

  private String missing(String architecture) throws IOException {
    return missing(new PlatformName("linux", architecture, ""));
  }

  private String missing(PlatformName platform) throws IOException {
    return new Emulation(registry, new PlatformName("linux", "amd64", "")).missing(platform);
  }

  /** As the kernel shows what Debian's qemu-user-static registers. */
  private void register(String state, String flags) throws IOException {
    Files.writeString(registry.resolve("register"), "");
    Files.writeString(registry.resolve("status"), "enabled\n");
    Files.writeString(
        registry.resolve("qemu-aarch64"),
        String.join(
            "\n",
            state,
            "interpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P",
            "flags: " + flags,
            "offset 0",
            "magic 7f454c460201010000000000000000000200b700",
            "mask ffffffffffffff00fffffffffffffffffeffffff",
            ""));
  }

  @Test
  void a_machine_executes_its_own_programs() throws Exception {
    assertNull(missing("amd64"));
    assertNull(missing("386"));
    assertEquals(
        "programs for windows need another kernel",
        missing(new PlatformName("windows", "amd64", "")));
  }

  @Test
  void an_interpreter_with_flag_f_executes_others() throws Exception {
    register("enabled", "POCF");
    assertNull(missing(ARM64));
    assertEquals(
        "binfmt_misc has no interpreter for it: install qemu-user-static, or qemu-user with"
            + " qemu-user-binfmt",
        missing("s390x"));
  }

  @Test
  void an_entry_that_will_not_do_is_named() throws Exception {
    register("enabled", "POC");
    assertEquals(
        "the entry of binfmt_misc qemu-aarch64 lacks flag F: install qemu-user-static, or qemu-user"
            + " with qemu-user-binfmt",
        missing(ARM64));
    register("disabled", "POCF");
    assertEquals(
        "the entry of binfmt_misc qemu-aarch64 is disabled", missing(ARM64).substring(0, 49));
  }

  @Test
  void without_the_file_system_or_the_architecture_it_is_said() throws Exception {
    registry = registry.resolve("none");
    assertEquals("binfmt_misc has no interpreter for it", missing(ARM64).substring(0, 37));
    assertEquals("architecture is not known: vax", missing("vax"));
  }
}
