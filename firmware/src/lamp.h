/* A lamp for each compartment. */
#ifndef LAMP_H
#define LAMP_H

#include <stdint.h>

void lamp_set(uint8_t compartment, uint8_t mode);
void lamp_all_off(void);
/* Once a millisecond. */
void lamp_poll(uint32_t now_ms);

#endif
