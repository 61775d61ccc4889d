/*
 * The image's dynamic loader. It runs whenever a dynamic program does, as when a runtime executes
 * itself by /proc/self/exe: then it takes hold of that program, and the probe looks at it.
 * Freestanding: a C library's start-up would take the other program's headers for its own.
 */
enum { READ_ONLY = 0, HELD = 100 };

#ifdef __x86_64__
enum { OPEN = 257, DUP2 = 33, EXECVE = 59, EXIT = 231 };

static long call(long number, long a, long b, long c) {
  register long fourth __asm__("r10") = 0;
  __asm__ volatile("syscall"
                   : "+a"(number)
                   : "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return number;
}

__asm__(".globl _start\n_start:\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call begin\n");
#endif

/* stack: argc, the arguments, a zero, the environment, a zero; System V ABI, 3.4.1 */
__attribute__((noreturn, used)) void begin(char **stack) {
  static const char name[] = "ATTACK_FACTS=";
  char **environment = stack + 1 + (long)stack[0] + 1;
  char *facts = 0;
  for (char **line = environment; *line != 0 && facts == 0; line++) {
    int i = 0;
    while (name[i] != 0 && (*line)[i] == name[i]) {
      i++;
    }
    facts = name[i] == 0 ? *line + i : 0;
  }
  long file = call(OPEN, -100, (long)"/proc/self/exe", READ_ONLY);
  call(DUP2, file, HELD, 0);
  char *arguments[] = {"probe", facts == 0 ? "" : facts, "held-executable", 0};
  call(EXECVE, (long)"/attack/probe", (long)arguments, (long)environment);
  for (;;) {
    call(EXIT, 1, 0, 0);
  }
}
