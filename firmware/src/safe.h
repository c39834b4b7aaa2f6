/* The safe state: all outputs off, with a reason that survives a reset and is told again. */
#ifndef SAFE_H
#define SAFE_H

#include <stdint.h>

void safe_start(uint8_t reset_cause);
void safe_configure(uint16_t host_silent_ms);
/* A good frame came from the host. */
void safe_host_heard(uint32_t now_ms);
void safe_poll(uint32_t now_ms);
/* Why outputs were last forced off: SAFE_*. */
uint8_t safe_reason(void);
/* Outputs off and the reason kept; does not return: the watchdog starts the board anew. */
void safe_assertion_failed(void);
/* The part of it that a test can come back from. */
void safe_assertion_keep(void);

#endif
