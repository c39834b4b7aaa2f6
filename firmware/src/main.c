/* Start of the machine, the loop, and sleep between its rounds. */
#include <avr/sleep.h>
#include <avr/wdt.h>

#include "clock.h"
#include "hardware.h"
#include "heat.h"
#include "loop.h"
#include "uart.h"

/* Longer than the slowest round by far; with PULSE_MS_MAX below the second that the coil's data sheet allows, even
 * when interrupts hang. */
#define WATCHDOG WDTO_250MS
#define WATCHDOG_MS_MAX 300u /* its oscillator is not exact */

static uint8_t reset_cause __attribute__((section(".noinit")));

/* Before main and before variables are set: pins safe, and the watchdog, which stays on over its own reset with its
 * shortest time, set to ours (data sheet 12.4). The cause of the reset is read here, since it is cleared with it. */
void start_safe(void) __attribute__((naked, used, section(".init3")));
void start_safe(void) {
  reset_cause = MCUSR;
  MCUSR = 0;
  board_pins_safe();
  wdt_enable(WATCHDOG);
}

int main(void) {
  uart_start();
  clock_start();
  if (reset_cause & _BV(WDRF)) heat_hung(WATCHDOG_MS_MAX);
  loop_start(reset_cause);
  set_sleep_mode(SLEEP_MODE_IDLE);
  sei();
  for (;;) {
    uint32_t now_ms = clock_ms();
    /* A tick that stands still cuts no coil: then the watchdog must bite, whatever the host sends. */
    if (loop_once(now_ms)) wdt_reset();
    cli();
    if (!uart_pending() && clock_ms() == now_ms) {
      sleep_enable();
      /* The instruction after sei runs before any interrupt: no wake-up is lost (data sheet 7.8.2). */
      sei();
      sleep_cpu();
      sleep_disable();
    }
    sei();
  }
}
