package jbuild.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Images that were made to attack, as directories and as archives. */
final class Images {
  static final String PROBE = "/attack/probe";

  /** Nothing wrong with it but what is in /attack. */
  static final String BASE = "base";

  static final String LINKED_PROC = "linked-proc";
  static final String LINKED_SYS = "linked-sys";
  static final String LINKED_DEV = "linked-dev";

  /** Links where runtimes mount single files, and below /dev. */
  static final String LINKED_FILES = "linked-files";

  /** {@code /out} and {@code /root-link} lead out, if their targets are not looked up inside. */
  static final String LINKS = "links";

  static final String LINKED_PASSWD = "linked-passwd";

  static final List<String> ALL =
      List.of(BASE, LINKED_PROC, LINKED_SYS, LINKED_DEV, LINKED_FILES, LINKS, LINKED_PASSWD);

  private final Path directory;

  Images(Path directory, Outside outside) throws IOException, InterruptedException {
    this.directory = directory;
    base(root(BASE));
    Path out = outside.directory();
    for (String image : ALL.subList(1, ALL.size())) {
      Tool.run("cp", "-a", root(BASE).toString(), root(image).toString()).succeeded();
    }
    link(LINKED_PROC, "proc", "/attack/evil");
    link(LINKED_SYS, "sys", "/attack/evil");
    link(LINKED_DEV, "dev", out.resolve("sub").toString());
    Path dev = Files.createDirectory(root(LINKED_FILES).resolve("dev"));
    for (String name : List.of("shm", "pts", "mqueue", "null", "ptmx", "console")) {
      Files.createSymbolicLink(dev.resolve(name), out);
    }
    for (String name : List.of("hosts", "resolv.conf", "hostname")) {
      Files.delete(root(LINKED_FILES).resolve("etc").resolve(name));
      link(LINKED_FILES, "etc/" + name, out.resolve("link").toString());
    }
    link(LINKS, "out", out.toString());
    link(LINKS, "root-link", "/");
    link(LINKED_PASSWD, "etc/passwd", out.resolve("link").toString());
  }

  private void base(Path root) throws IOException, InterruptedException {
    for (String name :
        List.of("attack/evil", "bin", "etc", "tmp", "root", "lib64", "volume", "run", "var")) {
      Files.createDirectories(root.resolve(name));
    }
    Files.setPosixFilePermissions(
        root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    for (String name : List.of("hosts", "resolv.conf", "hostname")) {
      Files.writeString(root.resolve("etc").resolve(name), "");
    }
    Path attack = root.resolve("attack");
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("busybox"));
    for (String copy : List.of("probe", "set-user-id", "set-group-id")) {
      Files.copy(directory.resolve("probe"), attack.resolve(copy));
    }
    Files.copy(directory.resolve("loader"), root.resolve("lib64/ld-linux-x86-64.so.2"));
    Files.copy(directory.resolve("interpreted"), attack.resolve("exe-interpreter"));
    Files.createSymbolicLink(attack.resolve("exe-link"), Path.of("/proc/self/exe"));
    Path script = attack.resolve("exe-script");
    Files.writeString(script, "#!/proc/self/exe -version\n", StandardCharsets.US_ASCII);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(attack.resolve("not-for-the-group"), "secret");
    String disk = Outside.disk();
    int colon = disk.indexOf(':');
    Tool.run(
            "sh",
            "-ec",
            "cd $0; chown 0:2000 not-for-the-group; chmod 604 not-for-the-group;"
                + " chown 0:3000 set-group-id; chmod 2755 set-group-id; chmod 4755 set-user-id;"
                + " mknod disk b $1 $2; chmod 666 disk",
            attack.toString(),
            disk.substring(0, colon),
            disk.substring(colon + 1))
        .succeeded();
  }

  private void link(String image, String name, String target) throws IOException {
    Path link = root(image).resolve(name);
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of(target));
  }

  /** An image as a directory. */
  Path root(String image) {
    return directory.resolve("image-" + image);
  }

  /** An image as a tar. */
  Path archive(String image) throws IOException, InterruptedException {
    Path archive = directory.resolve(image + ".tar");
    Tool.run("tar", "-C", root(image).toString(), "-cf", archive.toString(), ".").succeeded();
    return archive;
  }
}
