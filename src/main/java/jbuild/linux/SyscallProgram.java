package jbuild.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of named system calls for a fresh child to make one after another. It is plain data: it is
 * laid out in native memory only when it starts, so it can be read, compared and started again.
 *
 * <p>A call that fails ends the child, unless its errno is tolerated, and the failure names the
 * step. The last call must not return: an exec or an exit.
 */
public final class SyscallProgram {
  private final List<Call> calls = new ArrayList<>();

  /** Adds a call that must succeed. The result can feed any number of later calls. */
  public Arg.Slot call(String step, Syscall syscall, Arg... args) {
    return add(new Call(step, syscall, List.of(args), Errno.UNKNOWN, false));
  }

  /**
   * Adds a call that may fail with exactly {@code tolerated}. Its result is then the negative
   * errno, which as a descriptor makes later calls fail with EBADF.
   */
  public Arg.Slot callTolerating(String step, Errno tolerated, Syscall syscall, Arg... args) {
    if (tolerated == Errno.UNKNOWN) {
      throw new IllegalArgumentException("an errno with a number is needed: " + step);
    }
    return add(new Call(step, syscall, List.of(args), tolerated, false));
  }

  /** Adds a call whose failure does not matter. */
  public Arg.Slot callIgnoringErrors(String step, Syscall syscall, Arg... args) {
    return add(new Call(step, syscall, List.of(args), Errno.UNKNOWN, true));
  }

  public int size() {
    return calls.size();
  }

  /** The name of the call at {@code index}; what lies after the last has one too. */
  public String step(int index) {
    return index == calls.size() ? "end of the program" : calls.get(index).step();
  }

  /** One line a call, for people and tests: {@code r0 = fsopen("proc", 1): open proc}. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>(calls.size());
    for (int i = 0; i < calls.size(); i++) {
      lines.add("r" + i + " = " + calls.get(i));
    }
    return lines;
  }

  List<Call> calls() {
    return calls;
  }

  private Arg.Slot add(Call call) {
    if (call.args().size() > 6) {
      throw new IllegalArgumentException("a system call has at most 6 arguments: " + call.step());
    }
    for (Arg arg : call.args()) {
      checkSlots(call.step(), arg);
    }
    calls.add(call);
    return new Arg.Slot(this, calls.size() - 1);
  }

  private void checkSlots(String step, Arg arg) {
    if (arg instanceof Arg.Slot slot && slot.program() != this) {
      throw new IllegalArgumentException("the result of another program's call: " + step);
    }
    if (arg instanceof Arg.Cells cells) {
      for (Arg field : cells.fields()) {
        checkSlots(step, field);
      }
    }
  }

  /** One call. {@code tolerated} is {@link Errno#UNKNOWN} when no single errno is. */
  record Call(
      String step, Syscall syscall, List<Arg> args, Errno tolerated, boolean ignoresErrors) {

    @Override
    public String toString() {
      StringBuilder line = new StringBuilder().append(syscall).append('(');
      for (int i = 0; i < args.size(); i++) {
        line.append(i == 0 ? "" : ", ").append(args.get(i));
      }
      line.append(')');
      if (ignoresErrors) {
        line.append(" or any error");
      } else if (tolerated != Errno.UNKNOWN) {
        line.append(" or ").append(tolerated);
      }
      return line.append(": ").append(step).toString();
    }
  }
}
