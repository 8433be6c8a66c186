#include "floor.h"

static _Alignas(16) uint8_t memory[ARENA_SIZE];
static size_t used;

void *arena_take(size_t size) {
  size_t rounded = (size + 15) & ~(size_t)15;
  if (rounded > sizeof memory - used) return NULL;
  void *start = memory + used;
  used += rounded;
  return start;
}

void arena_reset(void) { used = 0; }

static void *take(void *context, size_t size) {
  (void)context;
  return arena_take(size);
}

static void keep(void *context, void *pointer) {
  (void)context;
  (void)pointer;
}

ProtobufCAllocator arena = {take, keep, NULL};
