// Tells the thread sanitizer of what happens before what where Swift's libraries, which are not
// instrumented, do not. Without it the sanitizer reports races that there are none of:
//
// - The contended ways through a Mutex are functions of libswiftSynchronization.so. The free ways are
//   compiled into our own code, and seen.
// - A continuation that is resumed before it is awaited: swift_continuation_resume tells of its task,
//   swift_continuation_await does not look when there is nothing to wait for. What every task does
//   next is to free the context of the call that it awaited.
//
// Preloaded, so that these stand before the functions of the same names, which they call. Swift's
// calling convention has `self` in a register of its own.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define METHOD __attribute__((swiftcall, visibility("default")))
#define SELF __attribute__((swift_context)) void *self

// Absent in programs that are not instrumented.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

typedef __attribute__((swiftcall)) void Lock(uint32_t thread, SELF);
typedef __attribute__((swiftcall)) bool TryLock(SELF);
typedef __attribute__((swiftcall)) void Unlock(SELF);

typedef __attribute__((swiftcall)) void Free(void *context);
typedef __attribute__((swiftcall)) void *CurrentTask(void);

static Free *task_dealloc;
static CurrentTask *current_task;
static Lock *lock_slow;
static TryLock *try_lock_slow;
static Unlock *unlock_slow;

__attribute__((constructor)) static void find_originals(void) {
  task_dealloc = (Free *)dlsym(RTLD_NEXT, "swift_task_dealloc");
  current_task = (CurrentTask *)dlsym(RTLD_NEXT, "swift_task_getCurrent");
  lock_slow = (Lock *)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
  try_lock_slow = (TryLock *)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
  unlock_slow = (Unlock *)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
}

METHOD void lock(uint32_t thread, SELF) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
METHOD void lock(uint32_t thread, SELF) {
  lock_slow(thread, self);
  if (__tsan_acquire) __tsan_acquire(self);
}

METHOD bool try_lock(SELF) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
METHOD bool try_lock(SELF) {
  bool is_locked = try_lock_slow(self);
  if (is_locked && __tsan_acquire) __tsan_acquire(self);
  return is_locked;
}

METHOD void unlock(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
METHOD void unlock(SELF) {
  if (__tsan_release) __tsan_release(self);
  unlock_slow(self);
}

METHOD void swift_task_dealloc(void *context) {
  task_dealloc(context);
  if (__tsan_acquire) __tsan_acquire(current_task());
}
