/* Supply, temperature and the 1.1 V reference, measured in turn: 10 bits of AVcc, 0 until measured. */
#ifndef ANALOG_H
#define ANALOG_H

#include <stdint.h>

void analog_start(void);
/* Once a millisecond. */
void analog_poll(uint32_t now_ms);
uint16_t analog_supply(void);
uint16_t analog_temperature(void);
uint16_t analog_reference(void);

#endif
