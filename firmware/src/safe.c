/* A host that is silent, a watchdog or a brown-out: everything off, and the reason kept where a reset leaves it. */
#include "safe.h"

#include "hardware.h"
#include "lamp.h"
#include "lock.h"
#include "protocol.h"

#define HOST_SILENT_MS_DEFAULT 3000u
#define MARK 0xA5u

/* Not cleared by the start-up code; the mark and its complement tell RAM that lost its power. */
static struct {
  uint8_t mark, reason, complement;
} kept __attribute__((section(".noinit")));

static uint16_t host_silent_ms;
static uint32_t heard_ms;
static uint8_t silent; /* also before the first frame: nothing is on yet that could be forced off */

static void keep(uint8_t reason) {
  kept.mark = MARK;
  kept.reason = reason;
  kept.complement = (uint8_t)~reason;
}

void safe_start(uint8_t reset_cause) {
  uint8_t valid = kept.mark == MARK && (kept.complement ^ kept.reason) == 0xFF;
  /* A power cut may leave the other bits at any value: it is asked for first (data sheet 12.5.1). */
  if (reset_cause & RESET_POWER_ON)
    keep(SAFE_STARTED);
  else if (reset_cause & RESET_BROWN_OUT)
    keep(SAFE_BROWN_OUT);
  else if (reset_cause & RESET_WATCHDOG)
    keep(SAFE_WATCHDOG);
  else if (!valid)
    keep(SAFE_STARTED);
  host_silent_ms = HOST_SILENT_MS_DEFAULT;
  heard_ms = 0;
  silent = 1;
}

void safe_configure(uint16_t silent_ms) { host_silent_ms = silent_ms; }

uint8_t safe_reason(void) { return kept.reason; }

void safe_enter(uint8_t reason) {
  lock_all_off();
  lamp_all_off();
  keep(reason);
}

void safe_host_heard(uint32_t now_ms) {
  heard_ms = now_ms;
  silent = 0;
}

void safe_poll(uint32_t now_ms) {
  if (silent || now_ms - heard_ms < host_silent_ms) return;
  silent = 1;
  safe_enter(SAFE_HOST_SILENT);
}
