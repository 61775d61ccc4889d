package jbuild.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.LayerTree;
import org.jspecify.annotations.Nullable;

/**
 * {@code FROM host}: a root file system of this machine's own shell and utilities with the loader
 * and the libraries they need, and three small files of our own in /etc. Of the host only these
 * programs, their libraries and the loader's cache are read, and of them only the headers until the
 * layer is written.
 */
public final class HostBase {
  /** The longest first line that execve(2) looks at: BINPRM_BUF_SIZE. */
  private static final int SCRIPT_HEAD = 256;

  private static final String PASSWD =
      "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n";
  private static final String GROUP = "root:x:0:\nnogroup:x:65534:\n";
  private static final String NSSWITCH = "passwd: files\ngroup: files\nhosts: files dns\n";

  private final HostRoot host;
  private final LibraryResolver libraries;
  private final HostTree tree;
  private final Set<BytePath> done = new HashSet<>();
  private @Nullable String architecture;

  private HostBase(Path root) {
    this.host = new HostRoot(root);
    this.libraries = new LibraryResolver(host);
    this.tree = new HostTree(host);
  }

  /**
   * A root file system that is still on the host.
   *
   * @param tree its entries; files' contents are read when the layer is written. What was left out
   *     is among its notes
   * @param architecture of the shell, in OCI's words
   * @param env proposed for the image's config
   * @param cmd proposed for the image's config
   * @param witness while it holds, a listing of the same programs gives the same tree
   */
  public record Listing(
      LayerTree tree,
      String architecture,
      List<String> env,
      List<String> cmd,
      HostWitness witness) {}

  /**
   * Lists the usual programs, as far as this machine has them, and {@code extra} ones.
   *
   * @param root where to take them from, {@code /} but in tests
   * @param extra absolute paths of further programs, or names to look for where programs are
   * @throws BaseException when there is no shell, or an extra program or its libraries are missing
   */
  public static Listing list(Path root, List<String> extra) throws IOException {
    return new HostBase(root).list(extra);
  }

  private Listing list(List<String> extra) throws IOException {
    // Where /bin is a link to usr/bin, both names are in programs' and scripts' heads.
    for (String directory : List.of("/bin", "/sbin", "/lib", "/lib64")) {
      HostRoot.Found found = host.walk(ByteString.of(directory));
      if (found != null && !found.path().equals(BytePath.parse(directory))) {
        tree.add(found);
      }
    }
    addProgram(HostPrograms.SHELL);
    for (String name : HostPrograms.usual()) {
      addIfPossible(name);
    }
    for (String program : extra) {
      addProgram(program);
    }
    addOwn();
    if (architecture == null) {
      throw new BaseException("make a base of this machine: " + HostPrograms.SHELL + ": not ELF");
    }
    return new Listing(
        tree.tree(),
        architecture,
        List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        List.of(HostPrograms.SHELL),
        host.witness());
  }

  private void addIfPossible(String name) throws IOException {
    HostRoot.Found found = find(name);
    if (found == null) {
      return;
    }
    try {
      addFile(found);
    } catch (BaseException e) {
      tree.tree().note(name + " left out: " + e.getMessage());
    }
  }

  private void addProgram(String program) throws IOException {
    HostRoot.Found found = find(program);
    if (found == null) {
      throw new BaseException("find program " + program + ": not on this machine");
    }
    addFile(found);
  }

  private HostRoot.@Nullable Found find(String program) throws IOException {
    if (program.indexOf('/') >= 0) {
      return host.file(ByteString.of(program));
    }
    for (String directory : HostPrograms.DIRECTORIES) {
      HostRoot.Found found = host.file(ByteString.of(directory + "/" + program));
      if (found != null && (found.stat().permissions() & 0111) != 0) {
        return found;
      }
    }
    return null;
  }

  /** Adds a program, what it needs first, so that one with something missing leaves no trace. */
  private void addFile(HostRoot.Found found) throws IOException {
    if (done.add(found.path())) {
      try {
        addNeeds(found);
      } catch (IOException e) {
        done.remove(found.path());
        throw e;
      }
    }
    tree.add(found);
  }

  private void addNeeds(HostRoot.Found found) throws IOException {
    ElfFile elf = libraries.elf(found);
    if (elf == null) {
      addInterpreter(found);
      return;
    }
    if (architecture == null) {
      architecture = elf.architecture();
    }
    for (HostRoot.Found library : libraries.libraries(found, elf)) {
      tree.add(library);
      addNameService(library);
    }
  }

  /**
   * Until glibc 2.33 looking up users in /etc/passwd is a library of its own, loaded by name. Those
   * releases call their file {@code libc-2.NN.so}, later ones {@code libc.so.6} itself.
   */
  private void addNameService(HostRoot.Found library) throws IOException {
    BytePath path = library.path();
    if (path.name().startsWith("libc-2.")) {
      BytePath files = path.parent().child(ByteString.of("libnss_files.so.2"));
      HostRoot.Found found = host.file(files.toByteString());
      if (found != null) {
        tree.add(found);
      }
    }
  }

  /** {@code #!interpreter [argument]}, execve(2); with env(1) the argument is a program too. */
  private void addInterpreter(HostRoot.Found script) throws IOException {
    String head = head(script);
    if (!head.startsWith("#!")) {
      return; // data
    }
    int end = head.indexOf('\n');
    String line = head.substring(2, end < 0 ? head.length() : end).strip();
    int space = line.indexOf(' ');
    String interpreter = space < 0 ? line : line.substring(0, space);
    addProgram(interpreter);
    if (space >= 0 && interpreter.endsWith("/env")) {
      String argument = line.substring(space + 1).strip();
      if (!argument.startsWith("-") && argument.indexOf('=') < 0) {
        addProgram(argument);
      }
    }
  }

  private String head(HostRoot.Found script) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(SCRIPT_HEAD);
    try (FileChannel file = host.open(script.path())) {
      while (head.hasRemaining() && file.read(head) >= 0) {
        // read(2) may give less than is there
      }
    }
    return new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
  }

  /** Mount points, places to write to, and who root is. */
  private void addOwn() {
    for (String directory :
        List.of("/dev", "/etc", "/home", "/proc", "/run", "/sys", "/usr", "/var")) {
      tree.addDirectory(directory, 0755);
    }
    tree.addDirectory("/root", 0700);
    tree.addDirectory("/tmp", 01777);
    tree.addDirectory("/var/tmp", 01777);
    tree.addText("/etc/passwd", PASSWD);
    tree.addText("/etc/group", GROUP);
    tree.addText("/etc/nsswitch.conf", NSSWITCH);
  }
}
