/* The logic of the board without its machine: what the AVR's main and the host build both run. */
#ifndef LOOP_H
#define LOOP_H

#include <stdint.h>

void loop_start(uint8_t reset_cause);
/* One round: received bytes first, then, once a millisecond, everything that waits for time. */
/* Answers 1 when a new millisecond's work was done. */
uint8_t loop_once(uint32_t now_ms);

#endif
