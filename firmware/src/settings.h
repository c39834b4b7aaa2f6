/* What the EEPROM keeps: the serial number and the count of starts.
 *
 *   0  serial number, 8 bytes ASCII, zero padded; all 0xFF: never set. Written by whoever flashes the board.
 *   8  boot counter, slot 0: count u16, CRC u16
 *  12  boot counter, slot 1
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdint.h>

#define SETTINGS_SERIAL_NUMBER_AT 0u
#define SETTINGS_BOOT_AT 8u

void settings_serial_number(uint8_t to[8]);
/* Counts this start; a power cut after any byte leaves the old count or the new one. */
uint16_t settings_count_boot(void);
/* Both slots held something and neither was good: the count began anew. */
uint8_t settings_lost(void);

#endif
