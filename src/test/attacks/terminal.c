/* The caller's terminal, for the attack that types into it. */
#include "probe.h"

#include <pty.h>
#include <sys/ioctl.h>

int on_terminal(char **command);

/* Runs the command with a new terminal as its controlling one; 0 unless that got input from inside. */
int on_terminal(char **command) {
  int ours, theirs;
  if (openpty(&ours, &theirs, NULL, NULL, NULL) != 0) {
    perror("terminal");
    return 2;
  }
  int out = dup(1);
  pid_t child = fork();
  if (child == 0) {
    setsid();
    ioctl(theirs, TIOCSCTTY, 0);
    dup2(theirs, 0);
    dup2(out, 1);
    close(ours);
    close(theirs);
    close(out);
    execvp(command[0], command);
    _exit(127);
  }
  waitpid(child, NULL, 0);
  int waiting = 0;
  struct termios raw;
  tcgetattr(theirs, &raw);
  raw.c_lflag &= ~ICANON; /* or a line without an end does not count */
  tcsetattr(theirs, TCSANOW, &raw);
  ioctl(theirs, FIONREAD, &waiting);
  printf("terminal: %d bytes\n", waiting);
  return waiting != 0;
}
