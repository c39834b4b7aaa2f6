/* A leaky bucket for each coil, in units of 1 / COIL_COOL_MS ms of on time, so that one unit is forgotten each ms.
 *
 * It is kept where a reset leaves it. A reset may come between any two bytes of a write: each value is there twice,
 * written one after the other, and the larger counts, since that is never less than the coil's real heat. How long a
 * reset lasts is not known: it cools nothing. */
#include "heat.h"

#include "hardware.h"
#include "protocol.h"

#define UNITS_MAX (COIL_HEAT_MS_MAX * COIL_COOL_MS)
#define MARK 0x4EA7u

#define NO_COIL 0xFFu

static struct {
  uint16_t mark; /* anything else: RAM that lost its power */
  uint8_t on;    /* coil */
  struct {
    uint16_t units, complement;
  } coils[BOARD_COMPARTMENTS];
} kept __attribute__((section(".noinit")));

static volatile uint8_t warm; /* some coil is: set in the interrupt as well */

_Static_assert(UNITS_MAX + PULSE_MS_MAX * COIL_COOL_MS <= UINT16_MAX, "units fit");

static void put(uint8_t coil, uint16_t units) {
  kept.coils[coil].units = units;
  /* In this order and not together, whatever the optimizer thinks of it. */
  __asm__ volatile("" ::: "memory");
  kept.coils[coil].complement = (uint16_t)~units;
}

static uint16_t limited(uint16_t units) { return units < UNITS_MAX ? units : UNITS_MAX; }

static uint16_t found(uint8_t coil) {
  uint16_t units = kept.coils[coil].units, other = (uint16_t)~kept.coils[coil].complement;
  return limited(units > other ? units : other);
}

void heat_start(uint8_t reset_cause) {
  uint8_t valid = kept.mark == MARK && !(reset_cause & RESET_POWER_ON);
  for (uint8_t coil = 0; coil < BOARD_COMPARTMENTS; coil++) put(coil, valid ? found(coil) : 0);
  kept.on = NO_COIL;
  kept.mark = MARK;
  warm = 1;
}

void heat_hung(uint16_t hung_ms) {
  if (kept.mark != MARK || kept.on >= BOARD_COMPARTMENTS) return;
  put(kept.on, limited((uint16_t)(found(kept.on) + hung_ms * COIL_COOL_MS)));
}

void heat_charge(uint8_t coil) {
  kept.on = coil;
  put(coil, (uint16_t)(kept.coils[coil].units + COIL_COOL_MS));
  warm = 1;
}

void heat_off(void) { kept.on = NO_COIL; }

static APART void cool(uint32_t passed_ms, uint8_t but) {
  warm = 0;
  for (uint8_t coil = 0; coil < BOARD_COMPARTMENTS; coil++) {
    uint16_t units = kept.coils[coil].units;
    if (!units) continue;
    warm = 1;
    if (coil != but) put(coil, units > passed_ms ? (uint16_t)(units - passed_ms) : 0);
  }
}

void heat_cool(uint32_t passed_ms, uint8_t but) {
  if (warm) cool(passed_ms, but);
}

uint8_t heat_allows(uint8_t coil, uint16_t pulse_ms) {
  return kept.coils[coil].units + pulse_ms * COIL_COOL_MS <= UNITS_MAX;
}
