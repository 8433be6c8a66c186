// Preloaded into the service for the test of the thresholds: one allocation more in each call, where
// the service sends the trailers of an answer.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// Stored to memory that others see, so that no compiler leaves the allocation out.
void *volatile planted_allocation;

int nghttp2_submit_trailer(void *session, int32_t stream, const void *fields, size_t count) {
  planted_allocation = malloc(64);
  free(planted_allocation);
  int (*next)(void *, int32_t, const void *, size_t) = dlsym(RTLD_NEXT, "nghttp2_submit_trailer");
  return next(session, stream, fields, count);
}
