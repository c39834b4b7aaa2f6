/* The duty of each coil: heat grows with on time and is forgotten slowly; a reset does not cool a coil. */
#ifndef HEAT_H
#define HEAT_H

#include <stdint.h>

void heat_start(uint8_t reset_cause);
/* Before that, where the watchdog had to act: interrupts hung perhaps, so a coil that was on has been on for up to so
 * long without being counted. */
void heat_hung(uint16_t hung_ms);
/* One more ms of this coil begins. Also in the timer interrupt. */
void heat_charge(uint8_t coil);
/* No coil is on any more. Also in the timer interrupt. */
void heat_off(void);
/* Time has passed for all coils but one (0xFF: for all). */
void heat_cool(uint32_t passed_ms, uint8_t but);
/* Whether the coil may be on so long now. */
uint8_t heat_allows(uint8_t coil, uint16_t pulse_ms);

#endif
