/* What the EEPROM keeps of what was set: the record before or the record after, never a mixture. */
#ifndef KEPT_H
#define KEPT_H

#include <stdint.h>

#include "../../src/protocol.h"

/* Another EEPROM takes the place of this one. */
void kept_forget(void);
/* The board has started: what it found. */
void kept_started(void);
void kept_configured(const struct message_configure *settings);
void kept_provisioned(const uint8_t serial_number[8]);
/* Counts changes, so that an answer can be about one of them. */
uint32_t kept_version(void);
/* The board told that nothing was pending when that was the newest version. */
void kept_settled(uint32_t version);
const uint8_t *kept_serial_number(void);
const struct message_configure *kept_settings(void);

#endif
