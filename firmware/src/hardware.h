/* What the logic needs of the machine: the real board, or the fakes of the host build. */
#ifndef HARDWARE_H
#define HARDWARE_H

#include <stdint.h>

/* A slow path behind a quick test: kept out of the caller, which then needs no registers saved for it. */
#define APART __attribute__((noinline))

/* Where every cycle of a loop counts: all that it calls becomes part of it. */
#define FLATTENED __attribute__((flatten))

#ifdef __AVR__

#include BOARD_HEADER

#include <avr/eeprom.h>
#include <avr/interrupt.h>
#include <util/atomic.h>
#include <util/crc16.h>

#define ATOMIC ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
#define IN_FLASH __flash /* constants that need no RAM */

static inline uint16_t crc16_update(uint16_t crc, uint8_t byte) {
  return _crc_ccitt_update(crc, byte);
}

static inline uint8_t eeprom_ready(void) { return eeprom_is_ready(); }
/* Both wait while a byte is being written: 3.4 ms (data sheet, "EEPROM Read/Write Access"). */
static inline uint8_t eeprom_read(uint16_t at) { return eeprom_read_byte((const uint8_t *)at); }
static inline void eeprom_write(uint16_t at, uint8_t value) { eeprom_update_byte((uint8_t *)at, value); }

static inline void machine_interrupts_off(void) { cli(); }
/* The watchdog ends this. */
static inline void machine_stop(void) {
  for (;;) {
  }
}

#else

#include "../host/fake.h"

#endif

#endif
