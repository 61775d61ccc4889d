package jbuild.linux;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Syscalls that do nothing but write down how they were called, for tests without root:
 *
 * <pre>{@code
 * RecordingSyscalls recorder = new RecordingSyscalls();
 * new Mounter(recorder.syscalls()).mount();
 * assertEquals(List.of("fsopen(tmpfs) = fd 100", ...), recorder.calls());
 * }</pre>
 *
 * Descriptors count up from 100; structures are empty, transfers complete, children exit with 0.
 */
public final class RecordingSyscalls implements InvocationHandler {
  private static final int FIRST_DESCRIPTOR = 100;

  private final Syscalls syscalls =
      (Syscalls)
          Proxy.newProxyInstance(
              Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, this);
  private final List<String> calls = new ArrayList<>();
  private final List<SyscallProgram> programs = new ArrayList<>();
  private final Map<String, Object> answers = new HashMap<>();
  private int nextDescriptor = FIRST_DESCRIPTOR;
  private int open;

  public Syscalls syscalls() {
    return syscalls;
  }

  /** What was called so far, a line a call, closes included. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** The programs that were started so far. */
  public List<SyscallProgram> programs() {
    return List.copyOf(programs);
  }

  /** How many of the descriptors that were handed out are not closed. */
  public int openDescriptors() {
    return open;
  }

  /** Makes every later call of {@code method} return {@code value}. */
  public RecordingSyscalls answer(String method, Object value) {
    answers.put(method, value);
    return this;
  }

  /** Makes every later call of {@code method} fail. */
  public RecordingSyscalls fail(String method, Errno errno) {
    return answer(method, errno);
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return method.invoke(this, args);
    }
    String call = method.getName() + arguments(args == null ? new Object[0] : args);
    Object answer = answers.get(method.getName());
    if (answer instanceof Errno errno && method.getReturnType() != Errno.class) {
      calls.add(call + " = " + errno);
      throw new ErrnoException(method.getName(), errno);
    }
    if (method.getName().equals("spawn")) {
      programs.add((SyscallProgram) args[0]);
    }
    Object result = answer != null ? answer : plain(method, args);
    boolean shown = result instanceof Fd || result instanceof Syscalls.Pipe;
    calls.add(shown ? call + " = " + result : call);
    return result;
  }

  private Object plain(Method method, Object[] args) {
    if (method.getName().equals("arch")) {
      return Arch.X86_64;
    }
    Class<?> type = method.getReturnType();
    if (type == Fd.class) {
      return descriptor();
    }
    if (type == Syscalls.Pipe.class) {
      return new Syscalls.Pipe(descriptor(), descriptor());
    }
    if (type == Syscalls.Spawned.class) {
      return new Syscalls.Spawned(1000 + programs.size(), descriptor(), -1, Errno.UNKNOWN);
    }
    if (type == FileStat.class) {
      return new FileStat(1, 1, 0100644, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
    if (type == java.util.SortedMap.class) {
      return new TreeMap<>();
    }
    if (type == jbuild.io.ByteString.class) {
      return jbuild.io.ByteString.EMPTY;
    }
    if (method.getName().endsWith("write")) {
      ByteBuffer from = (ByteBuffer) args[1];
      int size = from.remaining();
      from.position(from.limit());
      return size;
    }
    if (type == int.class) {
      return 0;
    }
    if (type == long.class) {
      return 0L;
    }
    return type == boolean.class ? false : null;
  }

  private Fd descriptor() {
    open++;
    return Fd.owned(
        nextDescriptor++,
        number -> {
          open--;
          calls.add("close(fd " + number + ")");
        });
  }

  private static String arguments(Object[] args) {
    return Arrays.stream(args)
        .map(RecordingSyscalls::argument)
        .reduce((left, right) -> left + ", " + right)
        .map(all -> "(" + all + ")")
        .orElse("()");
  }

  private static String argument(Object arg) {
    if (arg instanceof byte[] bytes) {
      return bytes.length + " bytes";
    }
    if (arg instanceof ByteBuffer buffer) {
      return buffer.remaining() + " bytes";
    }
    if (arg instanceof SyscallProgram program) {
      return program.size() + " calls";
    }
    if (arg instanceof Integer || arg instanceof Long) {
      return Arg.number(((Number) arg).longValue()).toString();
    }
    return String.valueOf(arg);
  }
}
