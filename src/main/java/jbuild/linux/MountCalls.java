package jbuild.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/** The mount part of {@link JffiSyscalls}, apart for its size. */
abstract class MountCalls implements Syscalls {
  /** struct mount_attr: {u64 attr_set, attr_clr, propagation, userns_fd}. */
  private static final int MOUNT_ATTR_SIZE = 32;

  /** The kernel keeps the last eight messages of a context (fs/fs_context.c). */
  private static final int MESSAGES = 8;

  final Kernel kernel;

  MountCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public Fd fsopen(String type) throws ErrnoException {
    long name = kernel.scratch().path(Syscall.FSOPEN, ByteString.of(type));
    return kernel.owned(kernel.call(Syscall.FSOPEN, type, name, MountFlags.FSOPEN_CLOEXEC));
  }

  @Override
  public void fsconfigString(Fd context, String key, ByteString value) throws ErrnoException {
    long text = kernel.scratch().secondPath(Syscall.FSCONFIG, value);
    config(context, MountFlags.FSCONFIG_SET_STRING, key, text, 0);
  }

  @Override
  public void fsconfigFlag(Fd context, String key) throws ErrnoException {
    config(context, MountFlags.FSCONFIG_SET_FLAG, key, 0, 0);
  }

  @Override
  public void fsconfigFd(Fd context, String key, Fd value) throws ErrnoException {
    config(context, MountFlags.FSCONFIG_SET_FD, key, 0, value.number());
  }

  @Override
  public void fsconfigCreate(Fd context) throws ErrnoException {
    // An interrupted attempt leaves the context failed, so that a second one would say EBUSY.
    long result =
        kernel.natives.once(
            Syscall.FSCONFIG.number(kernel.arch),
            context.number(),
            MountFlags.FSCONFIG_CMD_CREATE,
            0,
            0,
            0);
    if (result < 0) {
      throw explained(context, "fsconfig create", result);
    }
  }

  @Override
  public Fd fsmount(Fd context, long attributes) throws ErrnoException {
    long result =
        kernel.tryCall(
            Syscall.FSMOUNT, context.number(), MountFlags.FSMOUNT_CLOEXEC, attributes, 0, 0);
    if (result < 0) {
      throw explained(context, "fsmount", result);
    }
    return kernel.owned(result);
  }

  @Override
  public Fd openTree(Fd dir, ByteString path, int flags) throws ErrnoException {
    int empty = path.isEmpty() ? AtFlags.EMPTY_PATH : 0;
    return kernel.owned(
        kernel.call(
            Syscall.OPEN_TREE,
            Kernel.subject(dir, path),
            dir.number(),
            kernel.scratch().path(Syscall.OPEN_TREE, path),
            flags | empty | MountFlags.OPEN_TREE_CLOEXEC));
  }

  @Override
  public void moveMount(Fd mount, Fd dir, ByteString path, int flags) throws ErrnoException {
    int empty = path.isEmpty() ? MountFlags.MOVE_MOUNT_T_EMPTY_PATH : 0;
    Scratch scratch = kernel.scratch();
    kernel.call(
        Syscall.MOVE_MOUNT,
        Kernel.subject(dir, path),
        mount.number(),
        scratch.path(Syscall.MOVE_MOUNT, ByteString.EMPTY),
        dir.number(),
        scratch.secondPath(Syscall.MOVE_MOUNT, path),
        flags | empty | MountFlags.MOVE_MOUNT_F_EMPTY_PATH);
  }

  @Override
  public void mountSetattr(
      Fd dir, ByteString path, int flags, long set, long clear, long propagation)
      throws ErrnoException {
    Scratch scratch = kernel.scratch();
    scratch.putResultLong(0, set);
    scratch.putResultLong(8, clear);
    scratch.putResultLong(16, propagation);
    scratch.putResultLong(24, 0);
    kernel.call(
        Syscall.MOUNT_SETATTR,
        Kernel.subject(dir, path),
        dir.number(),
        scratch.path(Syscall.MOUNT_SETATTR, path),
        flags | (path.isEmpty() ? AtFlags.EMPTY_PATH : 0),
        scratch.result(),
        MOUNT_ATTR_SIZE);
  }

  @Override
  public void mount(
      @Nullable ByteString source,
      ByteString target,
      @Nullable String type,
      long flags,
      @Nullable ByteString data)
      throws ErrnoException {
    Scratch scratch = kernel.scratch();
    // The type is at most a word; the options may take the whole page that the kernel copies.
    int optionsAt = Scratch.RESULT_SIZE - Scratch.PATH_MAX;
    kernel.call(
        Syscall.MOUNT,
        (type == null ? "" : type + " on ") + target,
        source == null ? 0 : scratch.path(Syscall.MOUNT, source),
        scratch.secondPath(Syscall.MOUNT, target),
        type == null ? 0 : scratch.resultString(Syscall.MOUNT, ByteString.of(type), 0),
        flags,
        data == null ? 0 : scratch.resultString(Syscall.MOUNT, data, optionsAt));
  }

  @Override
  public void umount2(ByteString target, int flags) throws ErrnoException {
    long path = kernel.scratch().path(Syscall.UMOUNT2, target);
    kernel.call(Syscall.UMOUNT2, target, path, flags);
  }

  private void config(Fd context, int command, String key, long value, int aux)
      throws ErrnoException {
    long result =
        kernel.tryCall(
            Syscall.FSCONFIG,
            context.number(),
            command,
            kernel.scratch().path(Syscall.FSCONFIG, ByteString.of(key)),
            value,
            aux);
    if (result < 0) {
      throw explained(context, "fsconfig " + key, result);
    }
  }

  /**
   * The exception with what the file system wrote to its context: each read(2) gives one message,
   * {@code e name: text}, and ENODATA after the last.
   */
  private ErrnoException explained(Fd context, String tried, long failure) {
    Scratch scratch = kernel.scratch();
    ByteBuffer buffer = scratch.bulk();
    StringBuilder messages = new StringBuilder();
    for (int i = 0; i < MESSAGES; i++) {
      long length =
          kernel.tryCall(
              Syscall.READ, context.number(), scratch.address(buffer), Scratch.PATH_MAX, 0, 0);
      if (length <= 0) {
        break;
      }
      byte[] bytes = new byte[(int) length];
      buffer.get(0, bytes);
      String message = new String(bytes, StandardCharsets.UTF_8).strip();
      messages
          .append(messages.length() == 0 ? "" : "; ")
          .append(message.matches("[ewi] .*") ? message.substring(2) : message);
    }
    return new ErrnoException(tried, Errno.of((int) -failure), messages.toString());
  }
}
