package jbuild.faults;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import jbuild.linux.ErrnoException;
import jbuild.linux.Syscalls;

/** The kernel's door: every call that can fail is counted. */
public final class FaultySyscalls implements InvocationHandler {
  private final Syscalls kernel;
  private final Faults faults;

  private FaultySyscalls(Syscalls kernel, Faults faults) {
    this.kernel = kernel;
    this.faults = faults;
  }

  public static Syscalls around(Syscalls kernel, Faults faults) {
    return (Syscalls)
        Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(),
            new Class<?>[] {Syscalls.class},
            new FaultySyscalls(kernel, faults));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (Arrays.asList(method.getExceptionTypes()).contains(ErrnoException.class)
        && faults.strikes(method.getName(), Arrays.toString(arguments))) {
      return goWrong(method, arguments);
    }
    return pass(method, arguments);
  }

  private Object goWrong(Method method, Object[] arguments) throws Throwable {
    if (faults.kind() != Faults.Kind.SHORT) {
      throw new ErrnoException(method.getName() + " (injected)", faults.kind().errno());
    }
    if (arguments.length < 2
        || !(arguments[1] instanceof ByteBuffer buffer)
        || buffer.remaining() < 2) {
      return pass(method, arguments);
    }
    int limit = buffer.limit();
    buffer.limit(buffer.position() + buffer.remaining() / 2);
    try {
      return pass(method, arguments);
    } finally {
      buffer.limit(limit);
    }
  }

  private Object pass(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(kernel, arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getCause();
    }
  }
}
