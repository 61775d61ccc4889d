/* Linked with /proc/self/exe as its PT_INTERP; its own code never runs. */
void _start(void) {
  for (;;) {
  }
}
