/* Inputs that bounce, eight at a time: a level counts when it has been stable for the debounce time. */
#ifndef DEBOUNCE_H
#define DEBOUNCE_H

#include <stdint.h>

/* Bit n of each mask is input n. */
struct debouncer {
  uint8_t stable; /* the level that counts */
  uint8_t known;  /* it has been stable since start */
  uint8_t last;   /* sample */
  uint8_t stable_ms[8];
};

/* The same time for all inputs of the board. */
void debounce_configure(uint8_t debounce_ms);
/* `known` names inputs that count as low until they are stable; the others are unknown. */
void debounce_start(struct debouncer *inputs, uint8_t known);
/* Once a millisecond, with the inputs that there are; answers those whose known level has just changed. */
uint8_t debounce(struct debouncer *inputs, uint8_t sample, uint8_t all);

#endif
