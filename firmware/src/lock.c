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
  uint32_t until_ms; /* waiting: end of the wait */
  uint16_t rest_ms;  /* left for the coil to cool; counted down: a time gone by would lie ahead again after weeks */
  uint16_t on_ms;
  uint8_t state;
  uint8_t opened; /* the door was seen open since the pulse began */
};

static struct unlock unlocks[BOARD_COMPARTMENTS];
static uint16_t open_wait_ms;
static volatile uint8_t coil;
static volatile uint16_t coil_left_ms, coil_on_ms;
static uint8_t pulsing; /* the compartment whose pulse has not been followed up, or NO_COIL */

void lock_start(void) {
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) {
    unlocks[index].state = UNLOCK_UNKNOWN_ID;
    unlocks[index].rest_ms = 0;
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

static uint8_t waiting_count(void) {
  uint8_t count = 0;
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) count += unlocks[index].state == UNLOCK_WAITING;
  return count;
}

/* The contact is not asked: a broken cable must not keep a door shut. */
static uint8_t refusal(const struct unlock *unlock) {
  if (pulsing != NO_COIL) return UNLOCK_REFUSED_BUSY;
  if (unlock->rest_ms) return UNLOCK_REFUSED_RESTING;
  return event_room_for_unlock(waiting_count()) ? 0 : UNLOCK_REFUSED_BUSY;
}

uint8_t lock_unlock(uint32_t unlock_id, uint8_t *compartment, uint16_t pulse_ms) {
  uint8_t asked = *compartment;
  if (asked >= BOARD_COMPARTMENTS) return UNLOCK_REFUSED_RANGE;
  uint8_t state = lock_state(unlock_id, compartment);
  if (state != UNLOCK_UNKNOWN_ID) return state;
  *compartment = asked;
  struct unlock *unlock = &unlocks[asked];
  uint8_t refused = refusal(unlock);
  if (refused) return refused;
  if (unlock->state == UNLOCK_WAITING) end(asked, UNLOCK_NOT_OPENED);
  unlock->id = unlock_id;
  unlock->state = UNLOCK_PULSING;
  unlock->opened = 0;
  coil_on(asked, pulse_ms);
  return UNLOCK_PULSING;
}

static uint8_t seen_open(uint8_t index) {
  return (door_open_mask() & door_known_mask() & (uint16_t)(1u << index)) != 0;
}

static void pulse_over(uint8_t state, uint32_t now_ms) {
  uint8_t index = pulsing;
  struct unlock *unlock = &unlocks[index];
  pulsing = NO_COIL;
  unlock->on_ms = coil_on_ms;
  unlock->rest_ms = COIL_REST_MS;
  unlock->until_ms = now_ms + open_wait_ms;
  if (state == UNLOCK_WAITING)
    unlock->state = state;
  else
    end(index, state);
}

static void poll_one(uint8_t index, uint32_t now_ms) {
  struct unlock *unlock = &unlocks[index];
  if (unlock->rest_ms) unlock->rest_ms--;
  if (unlock->state != UNLOCK_PULSING && unlock->state != UNLOCK_WAITING) return;
  unlock->opened |= seen_open(index);
  if (unlock->state == UNLOCK_PULSING) return;
  if (unlock->opened)
    end(index, UNLOCK_OPENED);
  else if ((int32_t)(now_ms - unlock->until_ms) >= 0)
    end(index, UNLOCK_NOT_OPENED);
}

/* A pin that is high by itself: written off once more, and told. */
static void pins_check(void) {
  uint16_t on = board_coils_read();
  if (!on) return;
  board_coils_write(0);
  event_fault(FAULT_COIL_TOO_LONG, on);
}

void lock_poll(uint32_t now_ms) {
  if (pulsing == NO_COIL)
    pins_check();
  else if (coil == NO_COIL)
    pulse_over(UNLOCK_WAITING, now_ms);
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) poll_one(index, now_ms);
}

void lock_all_off(void) {
  uint8_t cut = coil != NO_COIL;
  coil_off();
  /* A pulse that was over by itself is followed up the usual way. */
  if (pulsing != NO_COIL && cut) pulse_over(UNLOCK_CUT_SHORT, 0);
}
