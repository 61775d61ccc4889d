package jbuild.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.io.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountTableTest {
  @TempDir Path directory;

  private List<MountTable.Entry> read(String text) throws Exception {
    return MountTable.read(Files.writeString(directory.resolve("mountinfo"), text));
  }

  private static MountTable.Entry entry(String point, String type, String source) {
    return new MountTable.Entry(ByteString.of(point), ByteString.of(type), ByteString.of(source));
  }

  @Test
  void optional_fields_are_passed_over_however_many_there_are() throws Exception {
    assertEquals(
        List.of(
            entry("/", "ext4", "/dev/vda"),
            entry("/a", "tmpfs", "tmpfs"),
            entry("/b", "overlay", "jbuild:1")),
        read(
            """
            21 1 254:0 / / rw - ext4 /dev/vda rw
            22 21 0:20 / /a rw shared:2 - tmpfs tmpfs rw
            23 21 0:21 / /b ro,nodev shared:3 master:4 - overlay jbuild:1 ro,xino=on
            """));
  }

  @Test
  void blanks_tabs_line_ends_and_backslashes_are_octal() throws Exception {
    assertEquals(
        List.of(entry("/a b\tc\nd\\e", "tmpfs", "x y")),
        read("21 1 0:1 / /a\\040b\\011c\\012d\\134e rw - tmpfs x\\040y rw\n"));
  }

  @Test
  void lines_that_are_no_mounts_count_for_nothing() throws Exception {
    assertEquals(List.of(), read(""));
    assertEquals(List.of(), read("\n21 1\n21 1 0:1 / /a rw shared:1 tmpfs x rw\n21 1 0:1 / / rw"));
  }
}
