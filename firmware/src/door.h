/* Door contacts, debounced. */
#ifndef DOOR_H
#define DOOR_H

#include <stdint.h>

void door_start(void);
/* The level at which a contact means open. */
void door_configure(uint8_t open_level);
/* Once a millisecond. */
void door_poll(uint32_t now_ms);
/* Makes an event of one door that moved; answers 0 when there is none left. */
uint8_t door_tell_next(void);
/* Bit n: door n is open, and its contact has been stable since start. */
uint16_t door_open_mask(void);
uint16_t door_known_mask(void);

#endif
