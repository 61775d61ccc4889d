package jbuild.sandbox;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.cgroup.CgroupHierarchy;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Runs the plain tests of this package's root tests where there is no JUnit launcher. */
final class TestsInUml {
  static final String PASSED = "uml: passed ";
  static final String FAILED = "uml: failed ";
  static final String DONE = "uml: done";

  private TestsInUml() {}

  /** The argument is a directory to work in. */
  public static void main(String[] arguments) throws Exception {
    System.out.println("uml: control groups " + CgroupHierarchy.detect(Path.of("/")).kind());
    Path directory = Path.of(arguments[0]);
    for (Class<?> tests :
        List.of(
            SandboxLifeRootTest.class,
            SandboxRootTest.class,
            PrivilegesRootTest.class,
            LimitsBesideRuncIT.class)) {
      for (Method test : tests.getDeclaredMethods()) {
        if (test.isAnnotationPresent(Test.class)) {
          System.out.println(run(tests, test, Files.createTempDirectory(directory, "test")));
        }
      }
    }
    System.out.println(DONE);
  }

  private static String run(Class<?> tests, Method test, Path directory) throws Exception {
    var constructor = tests.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object instance = constructor.newInstance();
    var field = tests.getDeclaredField("directory");
    field.setAccessible(true);
    field.set(instance, directory);
    try {
      call(instance, tests.getDeclaredMethod("setUp"));
      call(instance, test);
      return PASSED + test.getName();
    } catch (InvocationTargetException e) {
      return (e.getCause() instanceof TestAbortedException ? "uml: skipped " : FAILED)
          + test.getName()
          + ": "
          + e.getCause();
    } finally {
      call(instance, tests.getDeclaredMethod("tearDown"));
    }
  }

  private static void call(Object instance, Method method) throws Exception {
    method.setAccessible(true);
    method.invoke(instance);
  }
}
