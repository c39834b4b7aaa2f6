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

/* A suite is a list of tests, ended by an empty one. */
struct test {
  const char *name;
  void (*run)(void);
};
#define TEST(name) {#name, test_##name}
extern const struct test PROTOCOL_TESTS[], COIL_TESTS[], HEAT_TESTS[], INPUT_TESTS[], OUTPUT_TESTS[],
    SETTINGS_TESTS[], RARE_TESTS[];

#define PULSE_MS 200u
#define SEEN_MAX 512u
#define ALL_DOORS ((uint16_t)((1ul << BOARD_COMPARTMENTS) - 1u))
#define ALL_BUTTONS ((uint8_t)((1u << BOARD_BUTTONS) - 1u))

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
/* Asks, and wants this error for an answer. */
void expect_error(uint8_t message, const void *fields, uint8_t length, uint8_t code);
/* Asks, and wants this reply. */
void expect_reply(uint8_t message, const void *fields, uint8_t length, uint8_t reply);
void configure(uint16_t host_silent_ms);
uint8_t unlock_for(uint32_t id, uint8_t compartment, uint16_t pulse_ms);
uint8_t unlock(uint32_t id, uint8_t compartment);
void heartbeat(void);
struct message_status status(void);
struct message_identity identity(void);
void acknowledge(uint16_t up_to);
/* Takes events until none is kept; those of the last round are in `seen`. Calls `each` with every one. */
void drain(void (*each)(const struct seen *event));
/* The board starts again, in the same millisecond 0; what it says at once is heard. */
void restart(uint8_t reset_cause);
/* A board that has just started, rested, all doors closed, configured, its first event acknowledged. */
void fresh(void);

#endif
