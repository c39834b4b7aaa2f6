/* A host that is silent, a watchdog, a brown-out or a failed assertion: everything off, and the reason kept where a
 * reset leaves it. */
#include "safe.h"

#include "buzzer.h"
#include "hardware.h"
#include "lamp.h"
#include "lock.h"
#include "protocol.h"

#define MARK 0xA5u
#define ASSERTING 0x5Au

/* Not cleared by the start-up code; the mark and its complement tell RAM that lost its power. */
static struct {
  uint8_t mark, reason, complement;
  uint8_t asserting; /* the reset that is awaited is an assertion's */
} kept __attribute__((section(".noinit")));

static uint16_t host_silent_ms;
static uint32_t heard_ms;
static uint8_t silent; /* also before the first frame: nothing is on yet that could be forced off */

static void keep(uint8_t reason) {
  kept.mark = MARK;
  kept.reason = reason;
  kept.complement = (uint8_t)~reason;
}

/* A power cut may leave the other bits at any value: it is asked for first (data sheet 12.5.1). */
static uint8_t reason_of(uint8_t reset_cause) {
  uint8_t valid = kept.mark == MARK && (kept.complement ^ kept.reason) == 0xFF;
  if (reset_cause & RESET_POWER_ON) return SAFE_STARTED;
  if (reset_cause & RESET_BROWN_OUT) return SAFE_BROWN_OUT;
  if (valid && kept.asserting == ASSERTING) return SAFE_ASSERTION;
  if (reset_cause & RESET_WATCHDOG) return SAFE_WATCHDOG;
  return valid ? kept.reason : SAFE_STARTED;
}

void safe_start(uint8_t reset_cause) {
  keep(reason_of(reset_cause));
  kept.asserting = 0;
  heard_ms = 0;
  silent = 1;
}

void safe_configure(uint16_t silent_ms) { host_silent_ms = silent_ms; }

uint8_t safe_reason(void) { return kept.reason; }

void safe_host_heard(uint32_t now_ms) {
  heard_ms = now_ms;
  silent = 0;
}

void safe_poll(uint32_t now_ms) {
  if (silent || now_ms - heard_ms < host_silent_ms) return;
  silent = 1;
  lock_all_off();
  lamp_all_off();
  buzzer_off();
  keep(SAFE_HOST_SILENT);
}

/* Pins only: what the other files know can no longer be trusted. */
void safe_assertion_keep(void) {
  board_coils_write(0);
  board_lamps_write(0);
  board_buzzer_off();
  keep(SAFE_ASSERTION);
  kept.asserting = ASSERTING;
}

void safe_assertion_failed(void) {
  machine_interrupts_off();
  safe_assertion_keep();
  machine_stop();
}
