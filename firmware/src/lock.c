/* The coil rules live here and in heat.c, and nowhere else: one at a time, never longer than asked, rest after each
 * pulse and each start, within its duty. The main loop switches a coil on; the timer interrupt switches it off, so that
 * a loop that hangs cannot burn it. */
#include "lock.h"

#include "assertion.h"
#include "door.h"
#include "event.h"
#include "hardware.h"
#include "heat.h"
#include "protocol.h"

#define NO_COIL 0xFFu

struct unlock {
  uint32_t id;
  uint32_t until_ms; /* waiting: end of the wait */
  uint16_t rest_ms;  /* left for the coil to cool; counted down: a time gone by would lie ahead again after weeks */
  uint16_t on_ms;
  uint8_t state;
};

static struct unlock unlocks[BOARD_COMPARTMENTS];
static uint16_t waiting_mask; /* states that are UNLOCK_WAITING */
static uint16_t opened_mask;  /* doors seen open since their last pulse began */
static uint8_t resting;       /* some coil is */
static uint16_t open_wait_ms;
static uint32_t polled_ms;
static volatile uint8_t coil;
static volatile uint16_t coil_left_ms, coil_on_ms;
static uint8_t pulsing; /* the compartment whose pulse has not been followed up, or NO_COIL */

static uint16_t bit_of(uint8_t compartment) { return (uint16_t)(1u << compartment); }

void lock_start(void) {
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) {
    unlocks[index].state = UNLOCK_UNKNOWN_ID;
    /* The reset may have come in the middle of a pulse. */
    unlocks[index].rest_ms = COIL_REST_MS;
  }
  resting = 1;
  waiting_mask = opened_mask = 0;
  polled_ms = 0;
  coil = pulsing = NO_COIL;
  board_coils_write(0);
}

void lock_configure(uint16_t wait_ms) { open_wait_ms = wait_ms; }

uint8_t lock_coil(void) { return coil; }

static void coil_on(uint8_t compartment, uint16_t pulse_ms) {
  ASSERT(coil == NO_COIL && pulsing == NO_COIL && pulse_ms <= PULSE_MS_MAX);
  pulsing = compartment;
  ATOMIC {
    heat_charge(compartment);
    coil = compartment;
    coil_left_ms = pulse_ms;
    coil_on_ms = 0;
    board_coils_write(bit_of(compartment));
  }
}

static void coil_off(void) {
  ATOMIC {
    board_coils_write(0);
    coil = NO_COIL;
    heat_off();
  }
}

void lock_tick(void) {
  if (coil == NO_COIL) return;
  coil_on_ms++;
  if (--coil_left_ms) {
    heat_charge(coil);
    return;
  }
  board_coils_write(0);
  coil = NO_COIL;
  heat_off();
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

static uint8_t waiting_count(void) {
  uint8_t count = 0;
  for (uint16_t left = waiting_mask; left; left &= (uint16_t)(left - 1u)) count++;
  return count;
}

/* The contact is not asked: a broken cable must not keep a door shut. */
static uint8_t refusal(uint8_t compartment, uint16_t pulse_ms) {
  if (pulsing != NO_COIL) return UNLOCK_REFUSED_BUSY;
  if (unlocks[compartment].rest_ms) return UNLOCK_REFUSED_RESTING;
  if (!heat_allows(compartment, pulse_ms)) return UNLOCK_REFUSED_HOT;
  return event_room_for_unlock(waiting_count()) ? 0 : UNLOCK_REFUSED_BUSY;
}

/* The coil first: whoever stands at the door waits for it. */
static void begin(uint8_t compartment, uint32_t unlock_id, uint16_t pulse_ms) {
  coil_on(compartment, pulse_ms);
  struct unlock *unlock = &unlocks[compartment];
  uint16_t bit = bit_of(compartment);
  if (waiting_mask & bit) {
    /* The door may have been seen open in this very round, before the lock was looked after. */
    uint8_t opened = ((opened_mask | (door_open_mask() & door_known_mask())) & bit) != 0;
    event_unlock_ended(unlock->id, compartment, opened ? UNLOCK_OPENED : UNLOCK_NOT_OPENED, unlock->on_ms);
  }
  waiting_mask &= (uint16_t)~bit;
  opened_mask &= (uint16_t)~bit;
  unlock->id = unlock_id;
  unlock->state = UNLOCK_PULSING;
}

uint8_t lock_unlock(uint32_t unlock_id, uint8_t *compartment, uint16_t pulse_ms) {
  uint8_t asked = *compartment;
  if (asked >= BOARD_COMPARTMENTS) return UNLOCK_REFUSED_RANGE;
  uint8_t state = lock_state(unlock_id, compartment);
  if (state != UNLOCK_UNKNOWN_ID) return state;
  *compartment = asked;
  uint8_t refused = refusal(asked, pulse_ms);
  if (refused) return refused;
  begin(asked, unlock_id, pulse_ms);
  return UNLOCK_PULSING;
}

static void end(uint8_t index, uint8_t state) {
  struct unlock *unlock = &unlocks[index];
  unlock->state = state;
  waiting_mask &= (uint16_t)~bit_of(index);
  event_unlock_ended(unlock->id, index, state, unlock->on_ms);
}

static void pulse_over(uint8_t state, uint32_t now_ms) {
  uint8_t index = pulsing;
  struct unlock *unlock = &unlocks[index];
  pulsing = NO_COIL;
  unlock->on_ms = coil_on_ms;
  unlock->rest_ms = COIL_REST_MS;
  resting = 1;
  if (state == UNLOCK_CUT_SHORT) {
    end(index, state);
    return;
  }
  unlock->state = state;
  unlock->until_ms = now_ms + open_wait_ms;
  waiting_mask |= bit_of(index);
}

/* A pin that is high by itself: written off once more, and told. */
static void pins_check(void) {
  uint16_t on = board_coils_read();
  if (!on) return;
  board_coils_write(0);
  event_fault(FAULT_COIL_TOO_LONG, on);
}

static APART void rest(uint32_t passed_ms) {
  resting = 0;
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) {
    uint16_t left_ms = unlocks[index].rest_ms;
    left_ms = left_ms > passed_ms ? (uint16_t)(left_ms - passed_ms) : 0;
    unlocks[index].rest_ms = left_ms;
    if (left_ms) resting = 1;
  }
}

/* Rest and cooling before the pulse is followed up: its own begin in the ms after it. */
void lock_poll(uint32_t now_ms) {
  uint32_t passed_ms = now_ms - polled_ms;
  polled_ms = now_ms;
  if (resting) rest(passed_ms);
  heat_cool(passed_ms, pulsing);
  if (pulsing == NO_COIL)
    pins_check();
  else if (coil == NO_COIL)
    pulse_over(UNLOCK_WAITING, now_ms);
  opened_mask |= door_open_mask() & door_known_mask();
}

uint8_t lock_end_next(uint32_t now_ms) {
  uint16_t left = waiting_mask;
  for (uint8_t index = 0; left; index++, left >>= 1) {
    if (!(left & 1u)) continue;
    uint8_t opened = (opened_mask & bit_of(index)) != 0;
    if (!opened && (int32_t)(now_ms - unlocks[index].until_ms) < 0) continue;
    end(index, opened ? UNLOCK_OPENED : UNLOCK_NOT_OPENED);
    return 1;
  }
  return 0;
}

void lock_all_off(void) {
  uint8_t cut = coil != NO_COIL;
  coil_off();
  /* A pulse that was over by itself is followed up the usual way. */
  if (pulsing != NO_COIL && cut) pulse_over(UNLOCK_CUT_SHORT, 0);
}
