// What SQLite offers by functions of a variable number of arguments, which Swift cannot call.
#include <sqlite3.h>

// Before anything else is asked of SQLite: not to count what it allocates. It counts under one lock
// for the whole process. SQLITE_MISUSE when it is too late.
static inline int sqlite3_config_no_memory_status(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
