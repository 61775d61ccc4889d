/* Names that change while somebody looks them up: the other party of every race. */
#include "probe.h"

#include <poll.h>

int swap(const char *directory, const char *one, const char *other);

/* Exchanges two names in a directory, again and again until the end of input. */
int swap(const char *directory, const char *one, const char *other) {
  struct pollfd input = {.fd = 0, .events = POLLIN};
  int place = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  unsigned long count = 0;
  while (poll(&input, 1, 0) == 0) {
    if (renameat2(place, one, place, other, RENAME_EXCHANGE) != 0) {
      perror("swap");
      return 1;
    }
    count++;
  }
  if (count % 2 == 1) {
    renameat2(place, one, place, other, RENAME_EXCHANGE);
  }
  printf("%lu\n", count);
  return 0;
}
