package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.linux.Arch;
import jbuild.seccomp.Architecture;
import jbuild.seccomp.SeccompProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users, capabilities and the system call filter, as the kernel reports them. */
final class PrivilegesRootTest {
  private static final String STATUS =
      "grep -E '^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):' "
          + "/proc/self/status";

  @TempDir Path directory;
  private TestBox box;

  @BeforeEach
  void setUp() throws IOException {
    RootOnly.check();
    box = new TestBox(directory);
  }

  @AfterEach
  void tearDown() {
    if (box != null) {
      box.close();
    }
  }

  @Test
  void root_has_dockers_capabilities() throws IOException {
    assertEquals(
        """
        Uid:\t0\t0\t0\t0
        Gid:\t0\t0\t0\t0
        Groups:\t\s
        CapInh:\t0000000000000000
        CapPrm:\t00000000a80425fb
        CapEff:\t00000000a80425fb
        CapBnd:\t00000000a80425fb
        CapAmb:\t0000000000000000
        NoNewPrivs:\t0
        Seccomp:\t2
        """,
        box.shell(STATUS, b -> b.seccomp(filter(CapabilitySet.DOCKER))).output());
  }

  @Test
  void another_user_has_no_capabilities() throws IOException {
    assertEquals(
        """
        Uid:\t1000\t1000\t1000\t1000
        Gid:\t100\t100\t100\t100
        Groups:\t5 20\s
        CapInh:\t0000000000000000
        CapPrm:\t0000000000000000
        CapEff:\t0000000000000000
        CapBnd:\t00000000a80425fb
        CapAmb:\t0000000000000000
        NoNewPrivs:\t1
        Seccomp:\t2
        """,
        box.shell(
                STATUS,
                b ->
                    b.user(1000, 100, 5, 20)
                        .noNewPrivileges(true)
                        .seccomp(filter(CapabilitySet.DOCKER)))
            .output());
  }

  @Test
  void capabilities_that_were_dropped_do_not_come_back() throws IOException {
    String output = box.shell(STATUS, b -> b.capabilities(CapabilitySet.EMPTY)).output();
    assertTrue(output.contains("CapEff:\t0000000000000000\nCapBnd:\t0000000000000000"), output);
  }

  @Test
  void the_filter_holds_even_where_capabilities_would_allow() throws IOException {
    CapabilitySet all = new CapabilitySet(-1L);
    String mount = "mount -t tmpfs none /tmp 2>&1; echo $?";
    assertEquals("0\n", box.shell(mount, b -> b.capabilities(all)).output());
    String denied =
        box.shell(mount, b -> b.capabilities(all).seccomp(filter(CapabilitySet.DOCKER))).output();
    assertEquals("mount: permission denied (are you root?)\n1\n", denied);
  }

  @Test
  void chroot_and_chown_work_as_under_docker() throws IOException {
    String script =
        "touch /tmp/f; chown 7:8 /tmp/f; stat -c %u:%g /tmp/f; mknod /tmp/n c 1 3 && echo node;"
            + "chroot / /bin/echo rooted";
    assertEquals(
        "7:8\nnode\nrooted\n",
        box.shell(script, b -> b.seccomp(filter(CapabilitySet.DOCKER))).output());
  }

  @ParameterizedTest
  @EnumSource
  void devices_of_the_host_cannot_be_opened(OverlayMode mode) throws IOException {
    box.mode = mode;
    Path host = Files.createDirectories(directory.resolve("host"));
    List<MountOp> mounts = List.of(new MountOp.HostBind(host, BytePath.parse("/wd"), false, false));
    String script =
        "for d in /tmp /dev /dev/shm /wd; do mknod $d/z c 1 5 && head -c 1 $d/z; done 2>&1 | "
            + "grep -c 'Permission denied'; head -c 1 /dev/zero | wc -c";
    assertEquals("4\n1\n", box.shell(script, b -> b.mounts(mounts)).output());
    // Of the four only /dev/shm refuses devices in any case.
    assertEquals("1\n1\n", box.shell(script, b -> b.imageDevices(true).mounts(mounts)).output());
  }

  private static byte[] filter(CapabilitySet capabilities) {
    Architecture architecture =
        Arch.host() == Arch.X86_64 ? Architecture.X86_64 : Architecture.AARCH64;
    return SeccompProfile.docker(architecture, capabilities.bits()).compile();
  }
}
