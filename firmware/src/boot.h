/* The count of starts, kept in EEPROM: each boot has a number of its own.
 *
 *   0  slot 0: count u16, CRC u16
 *   4  slot 1
 */
#ifndef BOOT_H
#define BOOT_H

#include <stdint.h>

#define BOOT_AT 0u

/* Counts this start; a power cut after any byte leaves the old count or the new one. */
uint16_t boot_count(void);
/* Both slots held something and neither was good: the count began anew. */
uint8_t boot_lost(void);

#endif
