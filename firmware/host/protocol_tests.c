/* Frames, requests and their answers, events and their acknowledgement. */
#include <string.h>

#include "../src/event.h"
#include "../src/frame.h"
#include "bench.h"
#include "vectors.h"
#include "wire.h"

static void test_vectors(void) {
  for (uint32_t index = 0; index < sizeof(VECTORS) / sizeof(VECTORS[0]); index++) {
    const struct vector *vector = &VECTORS[index];
    struct frame frame;
    uint8_t good = 0;
    for (uint8_t at = 0; at < vector->length; at++) good = frame_receive(vector->wire[at], &frame);
    CHECK(good && frame.message == vector->message && frame.id == vector->id);
    uint8_t wire[64];
    CHECK(frame_send(frame.message, frame.id, frame.fields, frame.length));
    CHECK(wire_from_board(wire, sizeof(wire)) == vector->length);
    CHECK(memcmp(wire, vector->wire, vector->length) == 0);
  }
}

/* 1 bit of each byte in turn: whatever is hurt, nothing but the whole frame is taken. */
static void test_a_frame_with_a_wrong_bit_is_dropped(void) {
  const struct vector *vector = &VECTORS[3];
  uint16_t bad = frame_bad_count();
  for (uint32_t bit = 0; bit < (vector->length - 1u) * 8u; bit++) {
    struct frame frame;
    uint8_t good = 0;
    for (uint8_t at = 0; at < vector->length; at++) {
      uint8_t byte = (uint8_t)(vector->wire[at] ^ (at == bit / 8u ? 1u << bit % 8u : 0u));
      good |= frame_receive(byte, &frame);
    }
    CHECK(!good);
  }
  CHECK((uint16_t)(frame_bad_count() - bad) >= (vector->length - 1u) * 8u);
}

static void test_identity_tells_what_the_board_is(void) {
  fresh();
  struct message_identity told = identity();
  CHECK(told.version_major == 0 && told.version_minor == 2 && told.version_patch == 0);
  CHECK(told.table_hash == PROTOCOL_TABLE_HASH && told.pulse_ms_max == PULSE_MS_MAX);
  CHECK(told.compartments == BOARD_COMPARTMENTS && told.buttons == BOARD_BUTTONS);
  CHECK(told.kind == (BOARD_COMPARTMENTS == 16 ? BOARD_KIND_MEGA2560 : BOARD_KIND_UNO));
}

static void test_bad_requests_are_answered(void) {
  fresh();
  struct message_unlock unlock_request = {.unlock_id = 1, .compartment = 0, .pulse_ms = 501};
  expect_error(MESSAGE_UNLOCK, &unlock_request, sizeof(unlock_request), ERROR_VALUE_OUT_OF_RANGE);
  unlock_request.pulse_ms = 19;
  expect_error(MESSAGE_UNLOCK, &unlock_request, sizeof(unlock_request), ERROR_VALUE_OUT_OF_RANGE);
  expect_error(MESSAGE_UNLOCK, &unlock_request, 3, ERROR_WRONG_LENGTH);
  expect_error(0x7E, 0, 0, ERROR_UNKNOWN_MESSAGE);
  struct message_configure good = {
      .host_silent_ms = 500, .open_wait_ms = 5000, .debounce_ms = 1, .contact_open_level = 1, .tamper_open_level = 1};
  struct message_configure settings = good;
  settings.host_silent_ms = 499;
  expect_error(MESSAGE_CONFIGURE, &settings, sizeof(settings), ERROR_VALUE_OUT_OF_RANGE);
  settings = good;
  settings.debounce_ms = 0;
  expect_error(MESSAGE_CONFIGURE, &settings, sizeof(settings), ERROR_VALUE_OUT_OF_RANGE);
  settings = good;
  settings.contact_open_level = 2;
  expect_error(MESSAGE_CONFIGURE, &settings, sizeof(settings), ERROR_VALUE_OUT_OF_RANGE);
  settings = good;
  settings.tamper_open_level = 2;
  expect_error(MESSAGE_CONFIGURE, &settings, sizeof(settings), ERROR_VALUE_OUT_OF_RANGE);
  expect_reply(MESSAGE_CONFIGURE, &good, sizeof(good), MESSAGE_CONFIGURED);
}

/* What an earlier host set is in force, and opens no door all the same. */
static void test_nothing_is_switched_before_configure(void) {
  fresh();
  restart(RESET_EXTERNAL);
  struct message_unlock unlock_request = {.unlock_id = 1, .compartment = 0, .pulse_ms = PULSE_MS};
  expect_error(MESSAGE_UNLOCK, &unlock_request, sizeof(unlock_request), ERROR_NOT_CONFIGURED);
  struct message_set_lamp lamp = {.compartment = 0, .mode = LAMP_ON};
  expect_error(MESSAGE_SET_LAMP, &lamp, sizeof(lamp), ERROR_NOT_CONFIGURED);
  struct message_sound sound = {.frequency_hz = 440, .duration_ms = 100};
  expect_error(MESSAGE_SOUND, &sound, sizeof(sound), ERROR_NOT_CONFIGURED);
}

static void test_events_are_kept_until_acknowledged(void) {
  fresh();
  fake_contacts = 1;
  run(30);
  CHECK(times_said(MESSAGE_DOOR_MOVED) == 1);
  run(EVENT_RESEND_MS * 3);
  CHECK(times_said(MESSAGE_DOOR_MOVED) == 4);
  acknowledge(2);
  run(1);
  forget();
  run(EVENT_RESEND_MS * 3);
  CHECK(times_said(MESSAGE_DOOR_MOVED) == 0);
}

static void test_an_acknowledgement_of_what_was_not_told_is_ignored(void) {
  fresh();
  fake_contacts = 1;
  run(30);
  acknowledge(40);
  CHECK(event_kept_count() == 1);
}

static uint16_t doors_told, doors_told_open;
static uint8_t panel_told, panel_told_on; /* bit 0 tamper, bit 4 + n button n */

static void remember(const struct seen *event) {
  if (event->message == MESSAGE_DOOR_MOVED) {
    uint16_t bit = (uint16_t)(1u << event->fields[4]);
    doors_told |= bit;
    doors_told_open = (uint16_t)(event->fields[5] ? doors_told_open | bit : doors_told_open & ~bit);
  }
  uint8_t bit = event->message == MESSAGE_TAMPER_MOVED ? 1 : (uint8_t)(0x10u << event->fields[4] % 4u);
  uint8_t on = event->message == MESSAGE_TAMPER_MOVED ? event->fields[4] : event->fields[5];
  if (event->message != MESSAGE_TAMPER_MOVED && event->message != MESSAGE_BUTTON_MOVED) return;
  panel_told |= bit;
  panel_told_on = (uint8_t)(on ? panel_told_on | bit : panel_told_on & ~bit);
}

/* Everything moves, each thing as often as it takes, and nobody listens. */
static void test_a_full_ring_keeps_the_last_state_of_every_thing(void) {
  for (int rounds = 1; rounds < 16; rounds++) {
    fresh();
    fake_contacts = (uint16_t)~fake_contacts;
    run(30);
    /* Moved once, early, and not yet sent: they must outlive what the doors do. */
    fake_tamper = rounds & 1;
    fake_buttons = rounds & ALL_BUTTONS;
    run(30);
    for (int round = 0; round < rounds * 3; round++) {
      fake_contacts = (uint16_t)~fake_contacts;
      run(30);
    }
    CHECK(event_kept_count() <= EVENTS_KEPT);
    doors_told = doors_told_open = panel_told = panel_told_on = 0;
    drain(remember);
    CHECK(doors_told == ALL_DOORS && doors_told_open == (fake_contacts & ALL_DOORS));
    CHECK((panel_told & 1) == (rounds & 1) && (panel_told_on & 1) == fake_tamper);
    CHECK(panel_told_on >> 4 == fake_buttons);
  }
}

static uint32_t merges_told;
static void count_merges(const struct seen *event) {
  merges_told += event->message == MESSAGE_FAULT && event->fields[4] == FAULT_EVENTS_MERGED;
}

static void test_merging_is_told(void) {
  fresh();
  merges_told = 0;
  for (int round = 0; round < 40; round++) {
    fake_contacts ^= 1;
    run(30);
  }
  drain(count_merges);
  CHECK(merges_told > 0);
  fresh();
  merges_told = 0;
  for (int round = 0; round < 20; round++) {
    fake_contacts ^= 1;
    run(30);
  }
  drain(count_merges);
  CHECK(merges_told == 0);
}

const struct test PROTOCOL_TESTS[] = {
    TEST(vectors),
    TEST(a_frame_with_a_wrong_bit_is_dropped),
    TEST(identity_tells_what_the_board_is),
    TEST(bad_requests_are_answered),
    TEST(nothing_is_switched_before_configure),
    TEST(events_are_kept_until_acknowledged),
    TEST(an_acknowledgement_of_what_was_not_told_is_ignored),
    TEST(a_full_ring_keeps_the_last_state_of_every_thing),
    TEST(merging_is_told),
    {0},
};
