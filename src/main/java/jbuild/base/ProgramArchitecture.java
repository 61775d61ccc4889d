package jbuild.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;
import jbuild.layer.Entry;
import jbuild.layer.TreeView;
import org.jspecify.annotations.Nullable;

/** Finds out for which processor a root file system was made: by what its programs say. */
public final class ProgramArchitecture {
  private static final List<String> PROGRAMS =
      List.of("/bin/sh", "/bin/busybox", "/usr/bin/env", "/sbin/init", "/bin/bash");

  /** The longest ELF header, that of 64-bit files. */
  private static final int HEADER = 64;

  private ProgramArchitecture() {}

  /** The architecture in OCI's words; null when none of the usual programs is there. */
  public static @Nullable String of(TreeView tree) throws IOException {
    for (String program : PROGRAMS) {
      Entry entry = tree.lookup(tree.resolve(BytePath.parse(program), true));
      if (entry != null && entry.type() == FileType.REGULAR) {
        String architecture = of(program, tree, entry);
        if (architecture != null) {
          return architecture;
        }
      }
    }
    return null;
  }

  private static @Nullable String of(String program, TreeView tree, Entry entry)
      throws IOException {
    byte[] head;
    try (InputStream in = tree.open(entry)) {
      head = in.readNBytes(HEADER);
    }
    try {
      ElfHeader elf = ElfHeader.read(program, ByteSource.of(ByteBuffer.wrap(head)));
      return elf == null ? null : ElfHeader.architecture(elf.machine(), elf.wide());
    } catch (CorruptInputException notAProgram) {
      return null; // an odd file is no reason not to import the others
    }
  }
}
