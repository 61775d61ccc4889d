package jbuild.cli;

import java.io.InputStream;
import java.nio.file.Path;
import jbuild.linux.Syscalls;

/** Where commands meet the machine; tests put doors in their place that fail. */
interface Doors {
  /** Those of this machine. */
  Doors MACHINE =
      new Doors() {
        @Override
        public Path dataRoot(Path path) {
          return path;
        }

        @Override
        public Syscalls syscalls() {
          return Syscalls.load();
        }
      };

  /** The same path, through which all of the data root is reached. */
  Path dataRoot(Path path);

  /** Standard input, for commands that read it. */
  default InputStream stdin() {
    return System.in;
  }

  /** The kernel; asked for when the first system call is needed. */
  Syscalls syscalls();
}
