/* A rule that the board must keep, whatever comes over the wire. */
#ifndef RULE_H
#define RULE_H

#include <stdio.h>
#include <stdlib.h>

#include "world.h"

#define RULE(holds, words)                                                                       \
  do {                                                                                           \
    if (!(holds) && !world.unsure) {                                                                              \
      fprintf(stderr, "RULE BROKEN after %u ms: %s (%s:%d)\n", (unsigned)world.total_ms, words, __FILE__, __LINE__); \
      abort();                                                                                   \
    }                                                                                            \
  } while (0)

/* FUZZ_TRACE=1 in the environment tells what happens, for the one input that is replayed. */
#define TRACE(...)                                                          \
  do {                                                                      \
    if (!world_trace) break;                                                \
    fprintf(stderr, "%6u ms  ", (unsigned)world.total_ms);                  \
    fprintf(stderr, __VA_ARGS__);                                           \
    fputc('\n', stderr);                                                    \
  } while (0)

#endif
