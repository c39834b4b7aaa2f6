/* What a host or a technician set, kept in EEPROM: the serial number, and what `configure` says.
 *
 *   16  slot 0: version u8 = 1 | sequence u8 | serial number, 8 bytes | the fields of `configure` | CRC u16
 *   48  slot 1
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdint.h>

#include "protocol.h"

#define SETTINGS_AT 16u
#define SETTINGS_SLOT_BYTES 32u
#define SERIAL_NUMBER_BYTES 8u

/* Reads the newest good slot; defaults where there is none. */
void settings_start(void);
/* Both slots held something and neither was good: these are the defaults. */
uint8_t settings_lost(void);
/* What is in force. */
const struct message_configure *settings_configured(void);
/* ASCII, zero padded; all 0xFF when never set. */
const uint8_t *settings_serial_number(void);
/* In force at once, and written from now on. */
void settings_configure(const struct message_configure *to);
void settings_provision(const uint8_t serial_number[SERIAL_NUMBER_BYTES]);
/* Writes one byte where the EEPROM is ready; never waits. Once a millisecond. */
void settings_poll(void);
/* Not all is in the EEPROM yet. */
uint8_t settings_pending(void);

#endif
