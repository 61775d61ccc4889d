package jbuild.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a stack of layers holds, worked out slowly and plainly: a map from path to entry. Invents
 * random layers, applies each to the map and gives its tar. Paths have no leading slash.
 */
public final class LayerStackModel {
  private static final String IMPLIED = "DIRECTORY 755 0:0 0+0";

  private final Random random;
  private final RandomEntries made;
  private TreeMap<String, RandomEntries.Entry> stack = new TreeMap<>();

  // the layer under construction
  private TreeMap<String, RandomEntries.Entry> entries = new TreeMap<>();
  private TreeSet<String> whiteouts = new TreeSet<>();
  private TreeSet<String> opaques = new TreeSet<>();
  private Map<String, String> links = new TreeMap<>();
  private List<TarBytes> members = new ArrayList<>();

  public LayerStackModel(long seed) {
    random = new Random(seed);
    made = new RandomEntries(random);
  }

  /** Puts a random layer on top; its tar, in random order but for hard links after their files. */
  public byte[] addLayer(int count) {
    entries = new TreeMap<>();
    whiteouts = new TreeSet<>();
    opaques = new TreeSet<>();
    links = new TreeMap<>();
    members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addSomething();
    }
    List<TarBytes> linkMembers = new ArrayList<>();
    for (int i = 0; i < count / 8; i++) {
      addLink(linkMembers);
    }
    for (int i = 0; !stack.isEmpty() && i < 1 + count / 8; i++) {
      addWhiteout();
    }
    if (random.nextInt(3) == 0) {
      addOpaque();
    }
    apply();
    Collections.shuffle(members, random);
    TarBytes tar = new TarBytes();
    members.forEach(member -> tar.raw(member.bytes()));
    linkMembers.forEach(member -> tar.raw(member.bytes()));
    return tar.end();
  }

  private String randomPath() {
    StringBuilder path = new StringBuilder();
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      path.append((char) ('p' + random.nextInt(3))).append('/');
    }
    return path.append((char) ('a' + random.nextInt(20))).toString();
  }

  private boolean isFree(String path) {
    if (entries.containsKey(path) || links.containsKey(path) || path.isEmpty()) {
      return false;
    }
    for (String parent = parent(path); !parent.isEmpty(); parent = parent(parent)) {
      RandomEntries.Entry own = entries.get(parent);
      if ((own != null && !own.isDirectory()) || links.containsKey(parent)) {
        return false;
      }
      // through a link of a lower layer: only where this layer does nothing else, see throughLink
      if (throughLink(parent)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the name is a symbolic link in the stack that nothing of this layer replaces. */
  private boolean throughLink(String path) {
    RandomEntries.Entry below = stack.get(path);
    return below != null && below.isSymlink() && !entries.containsKey(path);
  }

  private void addSomething() {
    String path = randomPath();
    boolean hasChildren =
        keysBelow(entries, path) || keysBelow(links, path) || anyBelow(whiteouts, path);
    int kind = random.nextInt(10);
    if (!isFree(path) || (hasChildren && kind > 2)) {
      return;
    }
    if (kind > 2 && random.nextInt(4) > 0 && !parent(path).isEmpty()) {
      String parent = parent(path);
      if (isFree(parent)) {
        add(parent, made.directory(parent));
      }
    }
    if (kind <= 2) {
      add(path, made.directory(path));
    } else if (kind <= 7) {
      add(path, made.file(path));
    } else if (kind == 8) {
      add(path, made.symlink(path));
    } else {
      add(path, made.device(path));
    }
  }

  private void add(String path, RandomEntries.Made made) {
    members.add(made.member());
    entries.put(path, made.entry());
  }

  /** A hard link to a file of this layer, or to one of the layers below. */
  private void addLink(List<TarBytes> linkMembers) {
    String path = randomPath();
    boolean ours = random.nextBoolean();
    TreeMap<String, RandomEntries.Entry> from = ours ? entries : stack;
    List<String> files = new ArrayList<>();
    from.forEach(
        (name, entry) -> {
          boolean isOurs = entries.containsKey(name) || links.containsKey(name);
          boolean impliesDirectory = keysBelow(entries, name) || keysBelow(links, name);
          if (!entry.isDirectory()
              && isOurs == ours
              && !impliesDirectory
              && !hiddenByOurParent(name)) {
            files.add(name);
          }
        });
    boolean busy = keysBelow(entries, path) || keysBelow(links, path) || anyBelow(whiteouts, path);
    files.removeIf(file -> path.startsWith(file + "/"));
    if (files.isEmpty() || !isFree(path) || busy || isBelowLinkedFile(path)) {
      return;
    }
    String file = files.get(random.nextInt(files.size()));
    links.put(path, file);
    linkMembers.add(new TarBytes().hardLink(path, file));
  }

  /** Whether looking a lower name up would end in this layer already, at something else. */
  private boolean hiddenByOurParent(String name) {
    for (String parent = parent(name); !parent.isEmpty(); parent = parent(parent)) {
      RandomEntries.Entry own = entries.get(parent);
      if ((own != null && !own.isDirectory()) || links.containsKey(parent)) {
        return true;
      }
    }
    return false;
  }

  private void addWhiteout() {
    List<String> paths = new ArrayList<>(stack.keySet());
    String path = random.nextInt(6) == 0 ? randomPath() : paths.get(random.nextInt(paths.size()));
    String parent = parent(path);
    if (links.containsKey(path)
        || (!parent.isEmpty() && !isFree(parent + "/x"))
        || isBelowLinkedFile(path)) {
      return;
    }
    whiteouts.add(path);
    String name = path.substring(path.lastIndexOf('/') + 1);
    members.add(new TarBytes().file(join(parent, ".wh." + name), ""));
  }

  /** Whether an entry there would make a directory of a file that a hard link names. */
  private boolean isBelowLinkedFile(String path) {
    for (String parent = parent(path); !parent.isEmpty(); parent = parent(parent)) {
      if (links.containsValue(parent)) {
        return true;
      }
    }
    return false;
  }

  private void addOpaque() {
    List<String> paths = new ArrayList<>(entries.keySet());
    stack.keySet().forEach(paths::add);
    if (paths.isEmpty()) {
      return;
    }
    String path = paths.get(random.nextInt(paths.size()));
    RandomEntries.Entry own = entries.get(path);
    boolean possible = own == null ? isFree(path) : own.isDirectory();
    if (!possible || links.containsKey(path) || isBelowLinkedFile(path + "/x")) {
      return;
    }
    opaques.add(path);
    members.add(new TarBytes().file(path + "/.wh..wh..opq", ""));
  }

  /** The specification's rules, one after the other. */
  private void apply() {
    TreeMap<String, RandomEntries.Entry> before = new TreeMap<>(stack);
    // whiteouts and opaque marks apply to the layers below, before anything is added
    for (String path : whiteouts) {
      removeTree(path);
    }
    for (String path : opaques) {
      RandomEntries.Entry below = stack.get(path);
      if (below != null && below.isDirectory()) {
        stack.keySet().removeIf(name -> name.startsWith(path + "/"));
      }
    }
    // every directory that is mentioned must be there
    whiteouts.forEach(path -> makeParents(path));
    opaques.forEach(path -> makeParents(path + "/x"));
    entries.forEach(
        (path, entry) -> {
          makeParents(path);
          RandomEntries.Entry below = stack.get(path);
          if (!(entry.isDirectory() && below != null && below.isDirectory())) {
            removeTree(path);
          }
          stack.put(path, entry);
        });
    links.forEach(
        (path, file) -> {
          makeParents(path);
          removeTree(path);
          stack.put(path, entries.containsKey(file) ? entries.get(file) : before.get(file));
        });
  }

  private void makeParents(String path) {
    String parent = parent(path);
    if (parent.isEmpty()) {
      return;
    }
    makeParents(parent);
    RandomEntries.Entry there = stack.get(parent);
    if (there == null || !there.isDirectory()) {
      stack.put(parent, new RandomEntries.Entry(IMPLIED));
    }
  }

  private void removeTree(String path) {
    stack.remove(path);
    stack.keySet().removeIf(name -> name.startsWith(path + "/"));
  }

  private static boolean keysBelow(Map<String, ?> map, String path) {
    return anyBelow(map.keySet(), path);
  }

  private static boolean anyBelow(Iterable<String> paths, String directory) {
    for (String path : paths) {
      if (path.startsWith(directory + "/")) {
        return true;
      }
    }
    return false;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  private static String join(String parent, String name) {
    return parent.isEmpty() ? name : parent + "/" + name;
  }

  /** One line a path, in the order of paths as plain strings of {@link Trees#text}. */
  public String text() {
    StringBuilder text = new StringBuilder();
    IdentityHashMap<RandomEntries.Entry, String> first = new IdentityHashMap<>();
    // depth first, siblings in order: as comparing with '/' below every other character
    TreeMap<String, String> inOrder = new TreeMap<>();
    stack.keySet().forEach(path -> inOrder.put(path.replace('/', '\1'), path));
    Map<String, String> lines = new TreeMap<>();
    for (String path : inOrder.values()) {
      RandomEntries.Entry entry = stack.get(path);
      String name = entry.isDirectory() ? null : first.putIfAbsent(entry, path);
      lines.put(path, path + " " + (name == null ? entry.description() : "= " + name));
    }
    lines.values().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
