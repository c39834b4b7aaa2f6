/* The coil rules live here and nowhere else: one at a time, never longer than asked, rest after each pulse.
 * The main loop switches a coil on; the timer interrupt switches it off, so that a loop that hangs cannot burn it. */
#include "lock.h"

#include "door.h"
#include "event.h"
#include "hardware.h"

#define OPEN_WAIT_MS_DEFAULT 2000u
#define NO_COIL 0xFFu

struct unlock {
  uint32_t id;
  uint32_t until_ms; /* waiting: end of the wait; else: end of the coil's rest */
  uint16_t on_ms;
  uint8_t state;
};

static struct unlock unlocks[BOARD_COMPARTMENTS];
static uint16_t open_wait_ms;
static volatile uint8_t coil;
static volatile uint16_t coil_left_ms, coil_on_ms;
static uint8_t pulsing; /* the compartment whose pulse has not been followed up, or NO_COIL */

void lock_start(void) {
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) {
    unlocks[index].state = UNLOCK_UNKNOWN_ID;
    unlocks[index].until_ms = 0;
  }
  open_wait_ms = OPEN_WAIT_MS_DEFAULT;
  coil = pulsing = NO_COIL;
  board_coils_write(0);
}

void lock_configure(uint16_t wait_ms) { open_wait_ms = wait_ms; }

uint8_t lock_coil(void) { return coil; }

static void coil_on(uint8_t compartment, uint16_t pulse_ms) {
  ATOMIC {
    coil = compartment;
    coil_left_ms = pulse_ms;
    coil_on_ms = 0;
    board_coils_write((uint16_t)(1u << compartment));
  }
  pulsing = compartment;
}

static void coil_off(void) {
  ATOMIC {
    board_coils_write(0);
    coil = NO_COIL;
  }
}

void lock_tick(void) {
  if (coil == NO_COIL) return;
  coil_on_ms++;
  if (--coil_left_ms) return;
  board_coils_write(0);
  coil = NO_COIL;
}

static uint8_t resting(const struct unlock *unlock, uint32_t now_ms) {
  return unlock->state != UNLOCK_UNKNOWN_ID && (int32_t)(now_ms - unlock->until_ms) < 0;
}

uint8_t lock_unlock(uint32_t unlock_id, uint8_t compartment, uint16_t pulse_ms, uint32_t now_ms) {
  if (compartment >= BOARD_COMPARTMENTS) return UNLOCK_REFUSED_RANGE;
  struct unlock *unlock = &unlocks[compartment];
  if (unlock->state != UNLOCK_UNKNOWN_ID && unlock->id == unlock_id) return unlock->state;
  if (pulsing != NO_COIL || unlock->state == UNLOCK_WAITING) return UNLOCK_REFUSED_BUSY;
  if (resting(unlock, now_ms)) return UNLOCK_REFUSED_RESTING;
  coil_on(compartment, pulse_ms);
  unlock->id = unlock_id;
  unlock->state = UNLOCK_PULSING;
  return UNLOCK_PULSING;
}

uint8_t lock_state(uint32_t unlock_id, uint8_t *compartment) {
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) {
    if (unlocks[index].state == UNLOCK_UNKNOWN_ID || unlocks[index].id != unlock_id) continue;
    *compartment = index;
    return unlocks[index].state;
  }
  *compartment = 0xFF;
  return UNLOCK_UNKNOWN_ID;
}

static void end(uint8_t index, uint8_t state) {
  struct unlock *unlock = &unlocks[index];
  unlock->state = state;
  event_unlock_ended(unlock->id, index, state, unlock->on_ms);
}

static uint8_t seen_open(uint8_t index) {
  return (door_open_mask() & door_known_mask() & (uint16_t)(1u << index)) != 0;
}

static void pulse_over(uint32_t now_ms) {
  struct unlock *unlock = &unlocks[pulsing];
  unlock->on_ms = coil_on_ms;
  unlock->state = UNLOCK_WAITING;
  unlock->until_ms = now_ms + open_wait_ms;
  pulsing = NO_COIL;
}

void lock_poll(uint32_t now_ms) {
  if (pulsing != NO_COIL && coil == NO_COIL) pulse_over(now_ms);
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) {
    struct unlock *unlock = &unlocks[index];
    if (unlock->state != UNLOCK_WAITING) continue;
    uint8_t opened = seen_open(index);
    if (!opened && (int32_t)(now_ms - unlock->until_ms) < 0) continue;
    unlock->until_ms = now_ms + COIL_REST_MS;
    end(index, opened ? UNLOCK_OPENED : UNLOCK_NOT_OPENED);
  }
}

void lock_all_off(void) {
  coil_off();
  if (pulsing == NO_COIL) return;
  uint8_t index = pulsing;
  pulsing = NO_COIL;
  unlocks[index].on_ms = coil_on_ms;
  end(index, UNLOCK_CUT_SHORT);
}
