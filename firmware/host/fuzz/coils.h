/* The coil rules and the course of every unlock, told once more from the outside. */
#ifndef COILS_H
#define COILS_H

#include <stdint.h>

#include "../../src/protocol.h"

#define NO_COIL 0xFFu

void coils_start(uint8_t power_on);
void coils_configured(uint16_t open_wait_ms);
/* After each tick of the timer interrupt. */
void coils_ticked(void);
/* After each round of the loop; everything was forced off in it. */
void coils_polled(uint8_t forced_off);
/* What may be answered to this request: bits 1 << UNLOCK_*, and the compartment to be named. `risen`: its coil came on. */
uint16_t coils_asked(const struct message_unlock *request, uint8_t risen, uint8_t *compartment);
uint16_t coils_status(uint32_t unlock_id, uint8_t *compartment);
/* An unlock comes between two steps of the round that follows: it may be answered as of before or after that round. */
void coils_between(uint32_t unlock_id);
void coils_between_over(void);
/* Coil pins as they have to be. */
uint16_t coils_expected(void);
uint8_t coils_on(void);
/* An end came over the wire for the first time, as the event of this number. */
void coils_end_told(const struct message_unlock_ended *told, uint16_t number);
/* Nothing waits to be told any more: so each accepted unlock has been told, or is still in its course. */
void coils_all_told(void);

#endif
