/* The bench on which a board is tested: time, a host that speaks to it, and what it said. */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>
#include <stdlib.h>

#include "../src/hardware.h"
#include "../src/protocol.h"

#define CHECK(condition)                                                  \
  do {                                                                    \
    if (!(condition)) {                                                   \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);     \
      exit(1);                                                            \
    }                                                                     \
  } while (0)

#define PULSE_MS 200u
#define SEEN_MAX 512u

/* What the board said since `forget`. */
struct seen {
  uint8_t message, fields[FRAME_FIELDS_BYTES_MAX], length;
  uint16_t id;
};

extern struct seen seen[SEEN_MAX];
extern uint32_t seen_count, now_ms;
extern uint16_t coil_longest_ms;

/* Lets time pass; the coil rules are checked at every millisecond. */
void run(uint32_t ms);
/* Takes what the board has sent. */
void hear(void);
void forget(void);
const struct seen *said(uint8_t message);
uint32_t times_said(uint8_t message);
void ask(uint8_t message, uint16_t id, const void *fields, uint8_t length);
void configure(uint16_t host_silent_ms);
uint8_t unlock(uint32_t id, uint8_t compartment);
void heartbeat(void);
void acknowledge(uint16_t up_to);
/* A board that has just started, all doors closed, configured, its first event acknowledged. */
void fresh(void);

#endif
