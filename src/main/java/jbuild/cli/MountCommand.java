package jbuild.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jbuild.arguments.Arguments;
import jbuild.arguments.CommandSpec;
import jbuild.io.ByteString;
import jbuild.mount.ImageMounter;
import jbuild.mount.MountedImage;

/** {@code jbuild mount}: an image's root file system for chroot and others, without a copy. */
final class MountCommand implements Command {
  @Override
  public CommandSpec spec() {
    return CommandSpec.describe(
            "Mount an image's root file system and print where, or list what is mounted.",
            "It stays mounted when jbuild ends, until jbuild umount or a restart.")
        .flag("It can be written to; what is written goes with the mount.", "--rw", "--writable")
        .option(Formats.option())
        .optionalOperand("IMAGE", "A name or the start of an ID (without one: list the mounts).")
        .optionalOperand("DIR", "Where to mount it (default: a place below the data root).")
        .build();
  }

  @Override
  public int run(Arguments arguments, Wiring wiring) throws Exception {
    List<String> operands = arguments.operands();
    if (operands.isEmpty()) {
      list(wiring.mounts().list(), Formats.isJson(arguments), wiring);
      return 0;
    }
    String typed = operands.get(0);
    wiring.requireRoot(
        "mount " + typed + ": only root can do this (jbuild rootfs copies an image for everyone)");
    ImageMounter mounter =
        new ImageMounter(
            wiring.syscalls(),
            wiring.dataRoot(),
            wiring.mounts(),
            wiring.snapshotter(),
            wiring.indexes(),
            wiring.workDirs());
    Path directory = operands.size() > 1 ? Path.of(operands.get(1)).toAbsolutePath() : null;
    wiring.sweep();
    Path point = mounter.mount(wiring.use(typed), typed, directory, arguments.flag("--rw"));
    wiring.console().out().println(point);
    return 0;
  }

  private static void list(List<MountedImage> mounts, boolean json, Wiring wiring)
      throws IOException {
    if (json) {
      printJson(mounts, wiring);
      return;
    }
    Table table = new Table("MOUNT ID", "IMAGE", "MODE", "MOUNT POINT");
    for (MountedImage mount : mounts) {
      String mode = mount.writable() ? "rw" : "ro";
      for (ByteString point : mount.points()) {
        table.row(mount.id(), mount.image(), mode, point.toString());
      }
      if (mount.points().isEmpty()) {
        String where = mount.seenBy() == null ? "" : ", that of process " + mount.seenBy();
        table.row(mount.id(), mount.image(), mode, "(in another mount namespace" + where + ")");
      }
    }
    table.print(wiring.console().out());
  }

  private static void printJson(List<MountedImage> mounts, Wiring wiring) throws IOException {
    try (JsonOutput json = new JsonOutput(wiring.console().out())) {
      json.startArray();
      for (MountedImage mount : mounts) {
        json.startObject();
        json.text("id", mount.id());
        json.text("image", mount.image());
        json.text("imageId", mount.imageId().toString());
        json.flag("writable", mount.writable());
        json.startArray("mountPoints");
        for (ByteString point : mount.points()) {
          json.element(point.toString());
        }
        json.endArray();
        json.endObject();
      }
      json.endArray();
    }
  }
}
