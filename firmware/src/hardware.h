/* What the logic needs of the machine: the real board, or the fakes of the host build. */
#ifndef HARDWARE_H
#define HARDWARE_H

#include <stdint.h>

#ifdef __AVR__

#include BOARD_HEADER

#include <avr/interrupt.h>
#include <avr/pgmspace.h>
#include <util/atomic.h>
#include <util/crc16.h>

#define ATOMIC ATOMIC_BLOCK(ATOMIC_RESTORESTATE)

static inline uint16_t crc16_update(uint16_t crc, uint8_t byte) {
  return _crc_ccitt_update(crc, byte);
}

#else

#include "../host/fake.h"

#endif

#endif
