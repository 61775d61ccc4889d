package jbuild.sandbox;

import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The users and groups of an image, from the texts of its own passwd(5) and group(5). Lines that
 * are not of the files' form are passed over, as the C library does.
 */
public final class UserDatabase {
  private static final long MAX_ID = 0xffff_fffeL; // -1 means "unchanged" to chown(2)

  private record User(String name, long uid, long gid, String home) {}

  private record Group(String name, long gid, List<String> members) {}

  private final List<User> users = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();

  /** The contents of /etc/passwd and /etc/group; empty where the image has none. */
  public UserDatabase(ByteString passwd, ByteString group) {
    for (List<String> fields : lines(passwd)) {
      long uid = fields.size() < 7 ? -1 : id(fields.get(2));
      long gid = fields.size() < 7 ? -1 : id(fields.get(3));
      if (uid >= 0 && gid >= 0) {
        users.add(new User(fields.get(0), uid, gid, fields.get(5)));
      }
    }
    for (List<String> fields : lines(group)) {
      long gid = fields.size() < 4 ? -1 : id(fields.get(2));
      if (gid >= 0) {
        groups.add(new Group(fields.get(0), gid, split(fields.get(3), ',')));
      }
    }
  }

  /**
   * What {@code USER} means: {@code user}, {@code uid}, {@code user:group} in any mix. Numbers need
   * no entry. Supplementary groups are the primary one and, unless a group is given, those that
   * name the user (image-spec conversion.md, Config.User). The primary one is among them so that a
   * set-group-ID program cannot drop it, which would help where a group has fewer rights than
   * others (CVE-2022-36109).
   *
   * @throws SandboxException for a name that is not in the files
   */
  public Identity resolve(String spec) throws SandboxException {
    int colon = spec.indexOf(':');
    String userPart = colon < 0 ? spec : spec.substring(0, colon);
    String groupPart = colon < 0 ? "" : spec.substring(colon + 1);
    User user = userPart.isEmpty() ? byId(0) : byName(userPart);
    long uid = userPart.isEmpty() ? 0 : id(userPart);
    if (user == null && uid >= 0) {
      user = byId(uid);
    }
    if (user == null && uid < 0) {
      throw new SandboxException(
          "find user " + userPart + ": no such name in the image's /etc/passwd (use its number)");
    }
    long gid = user == null ? 0 : user.gid;
    if (!groupPart.isEmpty()) {
      gid = groupId(groupPart);
    }
    List<Integer> supplementary = new ArrayList<>(List.of((int) gid));
    if (groupPart.isEmpty() && user != null) {
      for (Group group : groups) {
        if (group.members.contains(user.name) && group.gid != gid) {
          supplementary.add((int) group.gid);
        }
      }
    }
    ByteString home = ByteString.of(user == null || user.home.isEmpty() ? "/" : user.home);
    return new Identity(
        (int) (user == null ? uid : user.uid), (int) gid, array(supplementary), home);
  }

  private static int[] array(List<Integer> numbers) {
    int[] array = new int[numbers.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = numbers.get(i);
    }
    return array;
  }

  /** A group by name or number. */
  public long groupId(String spec) throws SandboxException {
    for (Group group : groups) {
      if (group.name.equals(spec)) {
        return group.gid;
      }
    }
    long gid = id(spec);
    if (gid < 0) {
      throw new SandboxException(
          "find group " + spec + ": no such name in the image's /etc/group (use its number)");
    }
    return gid;
  }

  private @Nullable User byName(String name) {
    for (User user : users) {
      if (user.name.equals(name)) {
        return user;
      }
    }
    return null;
  }

  private @Nullable User byId(long uid) {
    for (User user : users) {
      if (user.uid == uid) {
        return user;
      }
    }
    return null;
  }

  /** The number, or -1 where the text is none. */
  private static long id(String text) {
    if (text.isEmpty() || text.length() > 10) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value <= MAX_ID ? value : -1;
  }

  private static List<List<String>> lines(ByteString text) {
    List<List<String>> lines = new ArrayList<>();
    for (String line :
        split(new String(text.toBytes(), java.nio.charset.StandardCharsets.UTF_8), '\n')) {
      if (!line.isEmpty() && line.charAt(0) != '#') {
        lines.add(split(line, ':'));
      }
    }
    return lines;
  }

  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (true) {
      int to = text.indexOf(separator, from);
      if (to < 0) {
        parts.add(text.substring(from));
        return parts;
      }
      parts.add(text.substring(from, to));
      from = to + 1;
    }
  }
}
