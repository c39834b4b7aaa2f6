/* Locks: pulses of one coil at a time, each with a cause that is remembered. */
#ifndef LOCK_H
#define LOCK_H

#include <stdint.h>

void lock_start(void);
void lock_configure(uint16_t open_wait_ms);
/* Pulses, or tells how this id stands already; answers a state of UNLOCK_*, and the compartment where the id is. */
uint8_t lock_unlock(uint32_t unlock_id, uint8_t *compartment, uint16_t pulse_ms);
/* Compartment and state of an id; compartment 0xFF where it is not remembered. */
uint8_t lock_state(uint32_t unlock_id, uint8_t *compartment);
/* In the timer interrupt: cuts the coil when it is due. */
void lock_tick(void);
/* Once a millisecond. */
void lock_poll(uint32_t now_ms);
/* Ends one unlock whose door opened or whose wait is over; answers 0 when there is none left. */
uint8_t lock_end_next(uint32_t now_ms);
/* No coil, now; an unlock in course ends as cut short. */
void lock_all_off(void);
uint8_t lock_coil(void);

#endif
