package jbuild.layer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import jbuild.fs.erofs.ImageInode;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * The file system that a chain of layers makes, read from its indexes without a mount: what a
 * container would see. Only what is asked for is read; a lookup touches the directories on its path
 * and nothing else. Symbolic links are followed inside this tree, so no path leads out of it. Safe
 * for use by several threads.
 */
public final class UnionTree implements TreeView, Closeable {
  /** The top one first. */
  private final List<UnionUnit> units;

  private UnionTree(List<UnionUnit> units) {
    this.units = units;
  }

  /** Opens the tree of the layers {@code diffIds}, bottom first; none make an empty root. */
  public static UnionTree open(IndexStore indexes, List<Digest> diffIds) throws IOException {
    return open(indexes.units(diffIds));
  }

  /** Opens the tree of {@code stack}, as {@link IndexStore#units} gave it. */
  public static UnionTree open(List<LayerUnit> stack) throws IOException {
    List<UnionUnit> units = new ArrayList<>();
    UnionTree tree = new UnionTree(units);
    try {
      for (int i = stack.size() - 1; i >= 0; i--) {
        units.add(UnionUnit.open(i, stack.get(i)));
      }
      return tree;
    } catch (IOException | RuntimeException e) {
      tree.close();
      throw e;
    }
  }

  /**
   * The entry at {@code path}, or null. Symbolic links on the way are followed, a final one is not.
   */
  @Override
  public @Nullable Entry lookup(BytePath path) throws IOException {
    Walk walk = find(path, false);
    return walk.node == null ? null : entry(new Place(walk.path, walk.node));
  }

  /**
   * {@code path} with all symbolic links on the way replaced, and a final one as well if {@code
   * followFinal}. What does not exist is kept as it is.
   *
   * @throws LayerException when there are more than 40 links on the way
   */
  @Override
  public BytePath resolve(BytePath path, boolean followFinal) throws IOException {
    return find(path, followFinal).path;
  }

  /**
   * The entries of a directory in the order of their names' bytes; symbolic links on the way and a
   * final one are followed.
   *
   * @throws LayerException when there is no such directory
   */
  @Override
  public List<Entry> list(BytePath path) throws IOException {
    Place directory = directory(path);
    NavigableMap<ByteString, UnionNode> children = children(directory.node);
    List<Entry> entries = new ArrayList<>(children.size());
    for (Map.Entry<ByteString, UnionNode> child : children.entrySet()) {
      entries.add(entry(new Place(directory.path.child(child.getKey()), child.getValue())));
    }
    return entries;
  }

  private Place directory(BytePath path) throws IOException {
    Walk walk = find(path, true);
    if (walk.node == null || !walk.node.isDirectory()) {
      throw new LayerException(
          "list " + path + ": " + (walk.node == null ? "no such directory" : "not a directory"));
    }
    return new Place(walk.path, walk.node);
  }

  /** Visits everything below {@code start}, each directory before what it holds, names in order. */
  public void walk(BytePath start, EntryVisitor visitor) throws IOException {
    Deque<Place> todo = new ArrayDeque<>();
    pushChildren(todo, directory(start));
    while (!todo.isEmpty()) {
      Place place = todo.pop();
      visitor.visit(entry(place));
      if (place.node.isDirectory()) {
        pushChildren(todo, place);
      }
    }
  }

  private static void pushChildren(Deque<Place> todo, Place directory) throws IOException {
    for (Map.Entry<ByteString, UnionNode> child :
        children(directory.node).descendingMap().entrySet()) {
      todo.push(new Place(directory.path.child(child.getKey()), child.getValue()));
    }
  }

  /** Takes one entry. */
  @FunctionalInterface
  public interface EntryVisitor {
    void visit(Entry entry) throws IOException;
  }

  /** The content of a regular file of this tree. Not buffered: read large pieces. */
  @Override
  public InputStream open(Entry file) throws IOException {
    if (file.type() != FileType.REGULAR) {
      throw new LayerException("read " + file.path() + ": not a regular file");
    }
    UnionUnit unit = units.get(units.size() - 1 - (int) (file.identity() >>> 32));
    ImageInode inode = unit.image().inode(file.identity() & 0xffff_ffffL);
    return new SegmentInputStream(unit, unit.image().segments(inode), inode.size());
  }

  /** Copies the content of a regular file of this tree to {@code sink}. */
  public void read(Entry file, OutputStream sink) throws IOException {
    try (InputStream content = open(file)) {
      content.transferTo(sink);
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (UnionUnit unit : units) {
      try {
        unit.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Where a walk ended.
   *
   * @param node null when nothing is there
   */
  private record Walk(BytePath path, @Nullable UnionNode node) {}

  private record Place(BytePath path, UnionNode node) {}

  private Walk find(BytePath path, boolean followFinal) throws IOException {
    Deque<ByteString> todo = new ArrayDeque<>();
    for (ByteString name : path.names()) {
      todo.add(name);
    }
    List<ByteString> names = new ArrayList<>();
    List<@Nullable UnionNode> nodes = new ArrayList<>();
    nodes.add(root());
    int links = 0;
    while (!todo.isEmpty()) {
      ByteString name = todo.pop();
      int depth = names.size();
      if (name.equalsAscii("..")) {
        if (depth > 0) {
          names.remove(depth - 1);
          nodes.remove(depth);
        }
        continue;
      }
      UnionNode directory = nodes.get(depth);
      UnionNode child = directory == null ? null : child(directory, name);
      if (child != null && isSymlink(child) && (followFinal || !todo.isEmpty())) {
        if (++links > MAX_LINKS) {
          throw new LayerException(
              "resolve " + path + ": more than " + MAX_LINKS + " symbolic links on the way");
        }
        ByteString target = child.top().unit().image().linkTarget(child.top().inode());
        pushTarget(todo, target);
        if (target.startsWith("/")) {
          names.clear();
          nodes.subList(1, nodes.size()).clear();
        }
      } else {
        names.add(name);
        nodes.add(child);
      }
    }
    return new Walk(BytePath.of(names), nodes.get(names.size()));
  }

  private static void pushTarget(Deque<ByteString> todo, ByteString target) {
    List<ByteString> names = DirectoryWalk.components(target);
    for (int i = names.size() - 1; i >= 0; i--) {
      todo.push(names.get(i));
    }
  }

  private static boolean isSymlink(UnionNode node) {
    return node.top().inode().type() == FileType.SYMLINK;
  }

  private UnionNode root() throws IOException {
    UnionNode root = new UnionNode();
    for (UnionUnit unit : units) {
      if (!root.isComplete()) {
        root.add(unit, unit.image().root());
      }
    }
    return root;
  }

  private static @Nullable UnionNode child(UnionNode directory, ByteString name)
      throws IOException {
    if (!directory.isDirectory()) {
      return null;
    }
    UnionNode node = new UnionNode();
    for (UnionNode.Part part : directory.parts()) {
      ImageInode inode = part.unit().image().lookup(part.inode(), name);
      if (inode != null) {
        node.add(part.unit(), inode);
      }
      if (node.isComplete()) {
        break;
      }
    }
    return node.isAbsent() ? null : node;
  }

  private static NavigableMap<ByteString, UnionNode> children(UnionNode directory)
      throws IOException {
    NavigableMap<ByteString, UnionNode> children = new TreeMap<>();
    for (UnionNode.Part part : directory.parts()) {
      UnionUnit unit = part.unit();
      unit.image()
          .list(
              part.inode(),
              (name, inode) -> {
                UnionNode node = children.computeIfAbsent(name, unused -> new UnionNode());
                if (!node.isComplete()) {
                  node.add(unit, inode);
                }
              });
    }
    children.values().removeIf(UnionNode::isAbsent);
    return children;
  }

  private static Entry entry(Place place) throws IOException {
    BytePath path = place.path;
    if (place.node.parts().isEmpty()) {
      return new Entry(path, FileType.DIRECTORY, Attributes.IMPLIED, 0, null, 0, 0, 2, 0);
    }
    UnionNode.Part part = path.isRoot() ? describedRoot(place.node) : place.node.top();
    UnionUnit unit = part.unit();
    ImageInode inode = part.inode();
    boolean link = inode.type() == FileType.SYMLINK;
    boolean sized = link || inode.type() == FileType.REGULAR;
    return new Entry(
        path,
        inode.type(),
        unit.attributes(inode),
        sized ? inode.size() : 0,
        link ? unit.image().linkTarget(inode) : null,
        inode.deviceMajor(),
        inode.deviceMinor(),
        inode.links(),
        unit.identity(inode));
  }

  /** The top part of the root that a layer really describes; the bottom one if none does. */
  private static UnionNode.Part describedRoot(UnionNode root) {
    List<UnionNode.Part> parts = root.parts();
    for (UnionNode.Part part : parts) {
      if (!part.unit().facts().impliedRoot()) {
        return part;
      }
    }
    return parts.get(parts.size() - 1);
  }
}
