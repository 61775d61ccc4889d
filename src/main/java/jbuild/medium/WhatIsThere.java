package jbuild.medium;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What was found in a medium, level by level. */
final class WhatIsThere {
  private static final int MAX_DEPTH = 4;

  /** So many are named in a sentence. */
  private static final int NAMED = 12;

  private final Volume medium;

  WhatIsThere(Volume medium) {
    this.medium = medium;
  }

  /** The medium and all images in it; what is below a root file system is not looked at. */
  List<Volume> all() throws IOException {
    List<Volume> volumes = new ArrayList<>();
    add(volumes, medium);
    return volumes;
  }

  private static void add(List<Volume> volumes, Volume volume) throws IOException {
    volumes.add(volume);
    boolean isRoot = volume.depth() > 0 && volume.isTree() && RootShape.isRoot(volume.root());
    if (volume.depth() < MAX_DEPTH && !isRoot) {
      for (MediumScan.Image image : MediumScan.of(volume)) {
        add(volumes, image.volume());
      }
    }
  }

  /** The end of an error's text. */
  String sentence() throws IOException {
    List<Volume> volumes = all();
    if (volumes.size() == 1) {
      return medium.isTree()
          ? "; it is "
              + medium.format()
              + " and holds no image of a file system"
              + " (--path / takes its own tree)"
          : "; it is " + medium.describe();
    }
    StringBuilder text = new StringBuilder("; there are ");
    for (int i = 1; i < Math.min(volumes.size(), NAMED + 1); i++) {
      Volume volume = volumes.get(i);
      String path = volume.label().substring(medium.label().length() + 2);
      text.append(i == 1 ? "" : ", ").append(path).append(" (").append(volume.format()).append(')');
    }
    if (volumes.size() > NAMED + 1) {
      text.append(" and ").append(volumes.size() - NAMED - 1).append(" more");
    }
    return text.append(" (choose with --path)").toString();
  }
}
