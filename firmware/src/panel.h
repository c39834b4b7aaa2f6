/* The tamper input and the panel's buttons, debounced. */
#ifndef PANEL_H
#define PANEL_H

#include <stdint.h>

void panel_start(void);
/* The level at which the tamper input means open. */
void panel_configure(uint8_t tamper_open_level);
/* Once a millisecond. */
void panel_poll(uint32_t now_ms);
/* Makes an event of one input that moved; answers 0 when there is none left. */
uint8_t panel_tell_next(void);
/* As `status` tells them: bit 0 tamper open, bit 1 tamper known, bit 4 + n button n pressed. */
uint8_t panel_inputs(void);

#endif
