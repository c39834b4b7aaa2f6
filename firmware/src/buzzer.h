/* One sound at a time, which stops by itself. */
#ifndef BUZZER_H
#define BUZZER_H

#include <stdint.h>

/* Frequency 0 or duration 0: silence. */
void buzzer_sound(uint16_t frequency_hz, uint16_t duration_ms);
void buzzer_off(void);
/* Once a millisecond. */
void buzzer_poll(uint32_t now_ms);

#endif
