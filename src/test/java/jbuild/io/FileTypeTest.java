package jbuild.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class FileTypeTest {
  @Test
  void every_type_is_found_by_its_mode_and_by_its_dirent_type() {
    for (FileType type : FileType.values()) {
      assertEquals(type, FileType.ofMode(type.modeBits() | 07777));
      assertEquals(type, FileType.ofDirent(type.direntType()));
      assertEquals(type.modeBits(), type.direntType() << 12); // IFTODT, dirent.h
    }
  }

  @Test
  void what_is_no_type_is_refused_as_mode_and_unknown_as_dirent() {
    assertThrows(IllegalArgumentException.class, () -> FileType.ofMode(0644));
    assertNull(FileType.ofDirent(0));
    assertNull(FileType.ofDirent(14));
  }
}
