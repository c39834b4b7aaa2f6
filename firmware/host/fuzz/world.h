/* The world around the board: time, inputs, power. Every millisecond of it is watched. */
#ifndef WORLD_H
#define WORLD_H

#include <stdint.h>

#include "../../src/hardware.h"
#include "../../src/protocol.h"

struct world {
  uint32_t now_ms;   /* the board's own time */
  uint32_t total_ms; /* since the input began */
  uint32_t polled_ms; /* when the loop last did a millisecond's work */
  uint32_t polls;    /* rounds of the loop in which a millisecond's work was done, since the start */
  uint16_t late_ms;  /* the loop is held up: ticks go on, rounds do not */
  uint8_t cause;    /* of the last reset */
  uint8_t stalled;   /* the line to the host does not move */
  uint8_t eeprom_hurt; /* bytes of it were changed by no write of the board's */
  uint8_t unsure;   /* what came between two steps of a round may be told in two ways: judge no more */
  uint8_t stuck;     /* a coil pin was high by itself in this boot */
};

extern struct world world;
extern uint8_t world_trace;

/* Power comes for the first time. */
void world_begin(void);
void world_reset(uint8_t cause, uint8_t ram_lost);
/* The power fails while the EEPROM is written, as that byte comes out, if so many are written soon; and comes back. */
void world_power_cut(uint8_t writes, uint8_t torn);
void world_power_cut_at_start(uint8_t writes, uint8_t torn);
/* Lets time pass, as far as the input's share of it goes. */
void world_run(uint32_t ms);
/* A round of the loop has done a millisecond's work: everything is looked at. */
void world_polled(void);
/* A millisecond in whose round the unlock arrives, so many of the loop's steps after its start (1 or more). */
void world_unlock_between(uint8_t steps, const struct message_unlock *ask);
/* One ms beyond that share. */
void world_spare_ms(void);
/* A board of many years starts: its counts are about to wrap. */
void world_aged(uint8_t boots, uint8_t sequence);
/* A quarter of the value. */
void world_analog(uint8_t input, uint8_t quarter);
/* Whether the input had that value at some time, or it may not have been measured. */
uint8_t world_analog_was(uint8_t input, uint16_t value);
void world_stuck(uint16_t coils);

#endif
