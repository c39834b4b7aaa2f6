/* A lamp for each compartment. */
#ifndef LAMP_H
#define LAMP_H

#include <stdint.h>

/* `level` counts in LAMP_DIM only: eighths. */
void lamp_set(uint8_t compartment, uint8_t mode, uint8_t level);
void lamp_all_off(void);
/* Once a millisecond. */
void lamp_poll(uint32_t now_ms);

#endif
