// Preloaded under callgrind: Valgrind 3.19 writes to the mask that sigsuspend is given, and the one of
// libdispatch stands in memory that is only read.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of the kernel's signal set, in bytes.
enum { MASK_SIZE = 8 };

int sigsuspend(const sigset_t *mask) {
  sigset_t own = *mask;
  return (int)syscall(SYS_rt_sigsuspend, &own, MASK_SIZE);
}
