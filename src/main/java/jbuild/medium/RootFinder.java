package jbuild.medium;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Finds the root file system of a medium, by what lies in it. A tree that is one itself is taken,
 * but not that of an ISO while something nested in it is one; then the places are looked at where
 * media keep it; then every file.
 */
final class RootFinder {
  /** The medium, an image in it, and an image in that one; and one more. */
  private static final int MAX_DEPTH = 4;

  private final Volume medium;

  RootFinder(Volume medium) {
    this.medium = medium;
  }

  /** One way a root was found. */
  private record Candidate(List<FoundRoot.Layer> layers, String path) {}

  /**
   * The root.
   *
   * @throws MediumException when there is none, or several that are equally likely; it lists what
   *     is there
   */
  FoundRoot find() throws IOException {
    Candidate found = find(medium, "");
    if (found == null) {
      throw new MediumException(
          "find a root file system in "
              + medium.label()
              + ": there is none"
              + new WhatIsThere(medium).sentence());
    }
    return rootOf(found);
  }

  /**
   * What the user picked: a directory is the root as it is; a file is an image, in which the root
   * is looked for.
   */
  FoundRoot at(NestedPath path) throws IOException {
    Volume volume = medium;
    List<BytePath> steps = path.steps();
    for (BytePath step : steps.subList(0, steps.size() - 1)) {
      volume = volume.enter(step);
    }
    BytePath last = steps.get(steps.size() - 1);
    if (volume.isTree()) {
      Inode inode = volume.lookup(last, true);
      if (inode == null) {
        throw new MediumException(
            "open " + volume.label() + "!" + last + ": there is no such file or directory");
      }
      if (inode.type() == FileType.DIRECTORY) {
        return rootOf(new Candidate(List.of(new FoundRoot.Layer(volume, last)), path.toString()));
      }
    }
    Volume image = volume.enter(last);
    Candidate found = find(image, path.toString());
    if (found == null) {
      image.root(); // says so when it cannot be read at all
      found = new Candidate(List.of(new FoundRoot.Layer(image, BytePath.ROOT)), path.toString());
    }
    return rootOf(found);
  }

  private FoundRoot rootOf(Candidate found) throws IOException {
    FoundRoot.Layer top = found.layers.get(found.layers.size() - 1);
    BytePath outermost = NestedPath.parse(found.path).steps().get(0);
    String installer = Installer.of(medium, outermost, top.root());
    return new FoundRoot(found.layers, found.path.isEmpty() ? "/" : found.path, installer);
  }

  private @Nullable Candidate find(Volume volume, String path) throws IOException {
    if (volume.depth() >= MAX_DEPTH) {
      return null;
    }
    if (!volume.isTree()) {
      return volume.content() instanceof Content.Disk ? anyImage(volume, path) : null;
    }
    Inode root = volume.root();
    Candidate itself = new Candidate(List.of(new FoundRoot.Layer(volume, BytePath.ROOT)), path);
    boolean isRoot = RootShape.isRoot(root);
    boolean isMedium = volume.reader().format() == FilesystemFormat.ISO9660;
    if (isRoot && !isMedium) {
      return itself;
    }
    Candidate known = inKnownPlaces(volume, root, path);
    if (known != null) {
      return known;
    }
    // Who gives a file system image, and not a medium, means what is in it, whatever that is.
    boolean isMeant = volume.depth() == 0 && !isMedium;
    return isRoot || isMeant ? itself : anyImage(volume, path);
  }

  private @Nullable Candidate inKnownPlaces(Volume volume, Inode root, String path)
      throws IOException {
    for (KnownPlaces.Place place : KnownPlaces.images(root)) {
      Volume image = volume.enter(place.path(), place.file());
      Candidate found = find(image, inner(path, place.path()));
      if (found != null) {
        return found;
      }
    }
    for (KnownPlaces.Place place : KnownPlaces.stacks(root)) {
      Candidate found = stack(volume, place, path);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static String inner(String path, BytePath step) {
    return path.isEmpty() ? step.relative().toString() : path + "!/" + step.relative();
  }

  private @Nullable Candidate stack(Volume volume, KnownPlaces.Place place, String path)
      throws IOException {
    List<ByteString> names = LayerStack.of(place.file());
    if (names.size() == 1) {
      BytePath image = place.path().child(names.get(0));
      return find(volume.enter(image), inner(path, image));
    }
    List<FoundRoot.Layer> layers = new ArrayList<>();
    StringBuilder paths = new StringBuilder();
    boolean isRoot = false;
    for (ByteString name : names) {
      BytePath image = place.path().child(name);
      Volume layer = volume.enter(image);
      if (layer.isTree()) {
        layers.add(new FoundRoot.Layer(layer, BytePath.ROOT));
        paths.append(paths.length() == 0 ? "" : " + ").append(inner(path, image));
        isRoot |= RootShape.isRoot(layer.root());
      }
    }
    return isRoot ? new Candidate(layers, paths.toString()) : null;
  }

  /** The one image with a root in it; of a disk's partitions the first one. */
  private @Nullable Candidate anyImage(Volume volume, String path) throws IOException {
    List<Candidate> found = new ArrayList<>();
    for (MediumScan.Image image : MediumScan.of(volume)) {
      if (image.volume().isTree() && image.volume().reader().format() == FilesystemFormat.CPIO) {
        continue; // an initramfs looks like a root file system, and is gone when a system runs
      }
      Candidate candidate = find(image.volume(), inner(path, image.path()));
      if (candidate != null) {
        found.add(candidate);
        if (volume.content() instanceof Content.Disk) {
          break;
        }
      }
    }
    if (found.size() > 1) {
      StringBuilder paths = new StringBuilder();
      for (Candidate candidate : found) {
        paths.append(paths.length() == 0 ? "" : ", ").append(candidate.path);
      }
      throw new MediumException(
          "find the root file system in "
              + volume.label()
              + ": there are several: "
              + paths
              + " (choose with --path)");
    }
    return found.isEmpty() ? null : found.get(0);
  }
}
