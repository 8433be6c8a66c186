// What glibc has and Swift's own module of it leaves out.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <malloc.h>
#include <sched.h>
#include <sys/prctl.h>

// How many processors this process may run on; -1 where the system does not say.
static inline int allowed_processor_count(void) {
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : -1;
}

// Makes the process one that no core is dumped of, whoever takes it, and that none but root may look
// into. 0 when it is done.
static inline int forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
