/* Lamps, sound, and that a silent host leaves none of them on. */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include <stdint.h>

#include "../../src/protocol.h"

void outputs_start(uint8_t cause);
void outputs_configured(uint16_t host_silent_ms);
void outputs_host_heard(void);
void outputs_sound(const struct message_sound *request);
void outputs_lamp_set(const struct message_set_lamp *request);
/* Whether the host has been silent for too long then. */
uint8_t outputs_silent_at(uint32_t ms);
/* Whether everything had to be forced off in the round that is over. */
uint8_t outputs_forced_off(void);
/* After each round, so long after the one before. */
void outputs_polled(uint32_t since_ms);
uint8_t outputs_safe_reason(void);
uint8_t outputs_start_reason(void);

#endif
