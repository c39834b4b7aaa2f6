/* The 1 kHz tick: counts time and cuts coils that are due, even if the main loop hangs. */
#include "clock.h"

#include "hardware.h"
#include "lock.h"

#define TICK_COMPARE 249u /* 16 MHz / 64 / 250 = 1 kHz */

static volatile uint32_t now_ms;

void clock_start(void) {
  TCCR0A = _BV(WGM01);
  OCR0A = TICK_COMPARE;
  TIMSK0 = _BV(OCIE0A);
  TCCR0B = _BV(CS01) | _BV(CS00);
}

uint32_t clock_ms(void) {
  uint32_t now;
  ATOMIC { now = now_ms; }
  return now;
}

ISR(TIMER0_COMPA_vect) {
  now_ms++;
  lock_tick();
}
