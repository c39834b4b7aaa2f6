/* ASSERT: what can only be false by an error of the program. Not for what a host, a cable or a part may do. */
#ifndef ASSERTION_H
#define ASSERTION_H

#include "safe.h"

#define ASSERT(condition)                      \
  do {                                         \
    if (!(condition)) safe_assertion_failed(); \
  } while (0)

#endif
