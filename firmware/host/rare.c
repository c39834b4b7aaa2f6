/* What takes weeks, or a host or a part gone wrong. */
#include <string.h>

#include "../src/event.h"
#include "bench.h"
#include "vectors.h"
#include "wire.h"

#define WEEK_MS (7ul * 24 * 3600 * 1000)

static const struct message_unlock_ended *ended(const struct seen *event) {
  CHECK(event && event->length == sizeof(struct message_unlock_ended));
  return (const struct message_unlock_ended *)event->fields;
}

static void test_a_coil_rests_after_its_pulse_and_not_for_weeks(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  run(PULSE_MS + COIL_REST_MS - 10);
  CHECK(unlock(2, 0) == UNLOCK_REFUSED_RESTING);
  run(15);
  CHECK(unlock(2, 0) == UNLOCK_PULSING);
  run(2000);
  for (uint32_t week = 1; week < 8; week++) {
    now_ms += WEEK_MS;
    heartbeat();
    CHECK(unlock(100 + week, 0) == UNLOCK_PULSING);
    run(2000);
    drain(0);
  }
}

/* A host that unlocks and never acknowledges: ends pile up until the board refuses, and none is lost. */
static uint32_t ends_told, end_last;
static void remember_end(const struct seen *event) {
  if (event->message != MESSAGE_UNLOCK_ENDED || ended(event)->unlock_id <= end_last) return;
  end_last = ended(event)->unlock_id;
  ends_told++;
}

static void test_no_end_of_an_unlock_is_lost(void) {
  fresh();
  uint32_t granted = 0;
  for (uint32_t id = 1; id <= 60; id++) {
    granted += unlock(id, (uint8_t)(id % BOARD_COMPARTMENTS)) == UNLOCK_PULSING;
    fake_contacts = (uint16_t)~fake_contacts;
    fake_tamper ^= 1;
    fake_buttons = (uint8_t)(~fake_buttons & ALL_BUTTONS);
    run(1500);
  }
  CHECK(granted >= 4 && granted < 60);
  ends_told = end_last = 0;
  drain(remember_end);
  CHECK(ends_told == granted);
}

/* A night of chatter with the host away must not lap the oldest kept number. */
static void test_a_chattering_contact_uses_up_no_numbers(void) {
  fresh();
  CHECK(unlock(1, 2) == UNLOCK_PULSING);
  run(2000);
  for (uint32_t move = 0; move < 40000; move++) {
    fake_contacts ^= 1;
    run(22);
    if (move % 100 == 0) heartbeat();
  }
  forget();
  run(600);
  CHECK(ended(said(MESSAGE_UNLOCK_ENDED))->unlock_id == 1);
  uint16_t first = said(MESSAGE_UNLOCK_ENDED)->id;
  acknowledge(first);
  forget();
  run(600);
  CHECK(!said(MESSAGE_UNLOCK_ENDED));
  CHECK(said(MESSAGE_DOOR_MOVED));
}

static void test_a_coil_pin_that_is_high_by_itself_is_told(void) {
  fresh();
  fake_coils_stuck = 1u << 3;
  run(10);
  CHECK(said(MESSAGE_FAULT) && said(MESSAGE_FAULT)->fields[4] == FAULT_COIL_TOO_LONG);
  fake_coils_stuck = 0;
}

/* Every kind of event that cannot be merged, as many as there may be, beside the state of every thing. */
static void test_the_fullest_ring_has_room(void) {
  memset(fake_eeprom, 0x55, sizeof(fake_eeprom)); /* settings are lost */
  fake_contacts = fake_tamper = fake_buttons = 0;
  restart(RESET_POWER_ON);
  configure(60000);
  fake_coils_stuck = 1;
  run(COIL_REST_MS + 1);
  fake_coils_stuck = 0;
  for (uint32_t id = 1; id < 40; id++) {
    fake_contacts = (uint16_t)~fake_contacts;
    fake_tamper ^= 1;
    fake_buttons = (uint8_t)(~fake_buttons & ALL_BUTTONS);
    run(COIL_REST_MS);
    unlock(id, (uint8_t)(id % BOARD_COMPARTMENTS));
    run(1500);
  }
  CHECK(event_kept_count() == EVENTS_KEPT);
  drain(0);
  memset(fake_eeprom, 0xFF, sizeof(fake_eeprom));
}

static uint32_t random_state = 1;
static uint32_t random_next(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  return random_state ^= random_state << 5;
}

/* Noise, cut, doubled and honest frames; `run` checks the coil rules at every millisecond. */
static void test_any_bytes(void) {
  fresh();
  for (int round = 0; round < 20000; round++) {
    const struct vector *vector = &VECTORS[random_next() % (sizeof(VECTORS) / sizeof(VECTORS[0]))];
    uint8_t bytes[64];
    memcpy(bytes, vector->wire, sizeof(bytes));
    if (random_next() % 3 == 0) bytes[random_next() % vector->length] = (uint8_t)random_next();
    uint32_t from = random_next() % 4 ? 0 : random_next() % vector->length;
    wire_to_board(bytes + from, vector->length - from);
    if (random_next() % 5 == 0) {
      struct message_unlock request = {
          .unlock_id = random_next(), .compartment = (uint8_t)(random_next() % 17), .pulse_ms = 500};
      wire_to_board((const uint8_t *)"", 1);
      ask(MESSAGE_UNLOCK, 9, &request, sizeof(request));
    }
    fake_contacts ^= (uint16_t)(1u << random_next() % 64 % 16);
    if (random_next() % 8 == 0) fake_tamper ^= 1;
    if (random_next() % 8 == 0) fake_buttons = (uint8_t)(random_next() & ALL_BUTTONS);
    run(random_next() % 40);
  }
  run(1000);
  wire_to_board((const uint8_t *)"", 1);
  CHECK(status().uptime_ms == now_ms);
  drain(0);
}

/* What the host knows by the events alone. */
static uint16_t doors_heard;
static uint8_t tamper_heard, buttons_heard, end_heard[4096];

static void believe(void) {
  for (uint32_t at = 0; at < seen_count; at++) {
    const uint8_t *fields = seen[at].fields;
    uint16_t bit = (uint16_t)(1u << fields[4] % 16u);
    switch (seen[at].message) {
      case MESSAGE_DOOR_MOVED: doors_heard = (uint16_t)(fields[5] ? doors_heard | bit : doors_heard & ~bit); break;
      case MESSAGE_TAMPER_MOVED: tamper_heard = fields[4]; break;
      case MESSAGE_BUTTON_MOVED: buttons_heard = (uint8_t)(fields[5] ? buttons_heard | bit : buttons_heard & ~bit); break;
      case MESSAGE_UNLOCK_ENDED: end_heard[ended(&seen[at])->unlock_id] = 1; break;
    }
  }
}

static void believe_one(const struct seen *event) {
  if (event == &seen[0]) believe();
}

/* Moves, unlocks and acknowledgements as chance will have them: in the end the host knows the truth. */
static void test_whatever_moves_and_whenever_it_is_acknowledged(void) {
  static uint8_t granted[4096];
  fresh();
  doors_heard = tamper_heard = buttons_heard = 0;
  uint32_t id = 1;
  for (int round = 0; round < 6000; round++) {
    forget();
    uint32_t many = random_next() % 32 == 0 ? 16 : random_next() % 3;
    while (many--) fake_contacts ^= (uint16_t)(1u << random_next() % BOARD_COMPARTMENTS);
    if (random_next() % 4 == 0) fake_tamper ^= 1;
    if (random_next() % 4 == 0) fake_buttons ^= (uint8_t)(1u << random_next() % BOARD_BUTTONS);
    if (random_next() % 8 == 0 && id < 4096) {
      struct message_unlock request = {
          .unlock_id = id, .compartment = (uint8_t)(random_next() % BOARD_COMPARTMENTS), .pulse_ms = 20};
      ask(MESSAGE_UNLOCK, 9, &request, sizeof(request));
      granted[id++] = said(MESSAGE_UNLOCK_STATE)->fields[5] == UNLOCK_PULSING;
    }
    run(random_next() % 60);
    believe();
    uint16_t up_to = 0;
    for (uint32_t at = 0; at < seen_count; at++)
      if (seen[at].message >= MESSAGE_STARTED) up_to = seen[at].id;
    /* Now and then the host is away for long. */
    if (up_to && round / 64 % 2) acknowledge((uint16_t)(up_to - random_next() % 4));
  }
  run(2000);
  drain(believe_one);
  CHECK(doors_heard == fake_contacts && tamper_heard == fake_tamper && buttons_heard == fake_buttons);
  for (uint32_t index = 0; index < id; index++) CHECK(granted[index] == end_heard[index]);
}

const struct test RARE_TESTS[] = {
    TEST(a_coil_rests_after_its_pulse_and_not_for_weeks),
    TEST(no_end_of_an_unlock_is_lost),
    TEST(a_chattering_contact_uses_up_no_numbers),
    TEST(a_coil_pin_that_is_high_by_itself_is_told),
    TEST(the_fullest_ring_has_room),
    TEST(whatever_moves_and_whenever_it_is_acknowledged),
    TEST(any_bytes),
    {0},
};
