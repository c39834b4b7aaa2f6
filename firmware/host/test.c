/* Unit tests of the board's logic, run on a PC under sanitizers. Prints each test; ends with the first failure. */
#include <string.h>

#include "../src/event.h"
#include "../src/frame.h"
#include "../src/lock.h"
#include "../src/loop.h"
#include "../src/settings.h"
#include "bench.h"
#include "rare.h"
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

static void test_pulse(void) {
  fresh();
  coil_longest_ms = 0;
  CHECK(unlock(100, 3) == UNLOCK_PULSING);
  CHECK(fake_coils == 1u << 3);
  run(50);
  fake_contacts = 1u << 3;
  run(400);
  CHECK(fake_coils == 0 && coil_longest_ms <= PULSE_MS && coil_longest_ms >= PULSE_MS - 1);
  CHECK(said(MESSAGE_DOOR_MOVED) && said(MESSAGE_UNLOCK_ENDED));
  CHECK(said(MESSAGE_UNLOCK_ENDED)->fields[9] == UNLOCK_OPENED);
}

static void test_same_id_never_pulses_again(void) {
  fresh();
  CHECK(unlock(100, 3) == UNLOCK_PULSING);
  CHECK(unlock(100, 3) == UNLOCK_PULSING);
  run(300);
  CHECK(unlock(100, 3) == UNLOCK_WAITING);
  run(3000);
  CHECK(unlock(100, 3) == UNLOCK_NOT_OPENED);
  CHECK(fake_coils == 0);
  struct message_unlock_status query = {.unlock_id = 999};
  forget();
  ask(MESSAGE_UNLOCK_STATUS, 4, &query, sizeof(query));
  CHECK(said(MESSAGE_UNLOCK_STATE)->fields[4] == 0xFF);
}

static void test_one_coil_and_rest(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  CHECK(unlock(2, 1) == UNLOCK_REFUSED_BUSY);
  run(PULSE_MS + 5);
  CHECK(unlock(2, 1) == UNLOCK_PULSING);
  CHECK(unlock(3, 77) == UNLOCK_REFUSED_RANGE);
  run(1500);
  CHECK(unlock(4, 0) == UNLOCK_PULSING || unlock(4, 0) == UNLOCK_REFUSED_RESTING);
  fresh();
  CHECK(unlock(5, 2) == UNLOCK_PULSING);
  run(50);
  fake_contacts = 1u << 2;
  run(PULSE_MS);
  CHECK(unlock(6, 2) == UNLOCK_REFUSED_RESTING);
  run(COIL_REST_MS);
  CHECK(unlock(6, 2) == UNLOCK_PULSING);
}

static void test_a_contact_that_reads_open_does_not_stop_the_pulse(void) {
  fresh();
  fake_contacts = 1u << 5;
  run(50);
  CHECK(unlock(1, 5) == UNLOCK_PULSING);
}

static void test_host_silent(void) {
  fresh();
  configure(500);
  struct message_set_lamp lamp = {.compartment = 4, .mode = LAMP_ON};
  ask(MESSAGE_SET_LAMP, 3, &lamp, sizeof(lamp));
  run(400);
  CHECK(fake_lamps == 1u << 4);
  run(99);
  heartbeat();
  run(450);
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  run(5);
  configure(500);
  run(600);
  CHECK(fake_coils == 0 && fake_lamps == 0);
  forget();
  heartbeat();
  CHECK(said(MESSAGE_STATUS)->fields[11] == SAFE_HOST_SILENT);
}

static void test_cut_short_is_told(void) {
  fresh();
  configure(500);
  struct message_unlock request = {.unlock_id = 8, .compartment = 1, .pulse_ms = 500};
  run(1);
  ask(MESSAGE_UNLOCK, 9, &request, sizeof(request));
  forget();
  lock_all_off();
  run(1);
  CHECK(fake_coils == 0);
  CHECK(said(MESSAGE_UNLOCK_ENDED)->fields[9] == UNLOCK_CUT_SHORT);
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

static void test_a_full_ring_keeps_the_last_state_of_every_door(void) {
  fresh();
  for (int round = 0; round < 21; round++) {
    fake_contacts = (uint16_t)~fake_contacts;
    run(30);
  }
  CHECK(event_kept_count() <= EVENTS_KEPT);
  uint16_t open = 0, told = 0;
  while (event_kept_count()) {
    forget();
    run(EVENT_RESEND_MS + 10);
    for (uint32_t index = 0; index < seen_count; index++) {
      if (seen[index].message != MESSAGE_DOOR_MOVED) continue;
      uint16_t bit = (uint16_t)(1u << seen[index].fields[4]);
      told |= bit;
      open = (uint16_t)(seen[index].fields[5] ? open | bit : open & ~bit);
    }
    CHECK(seen_count > 0);
    acknowledge(seen[seen_count - 1].id);
  }
  CHECK(told == 0xFFFF && open == fake_contacts);
}

static void test_bouncing_contacts_settle_once(void) {
  fresh();
  for (int bounce = 0; bounce < 15; bounce++) {
    fake_contacts ^= 1;
    run(3);
  }
  fake_contacts = 1;
  run(60);
  CHECK(times_said(MESSAGE_DOOR_MOVED) == 1);
}

static void test_settings_survive_a_power_cut_after_any_byte(void) {
  memset(fake_eeprom, 0xFF, sizeof(fake_eeprom));
  uint16_t count = settings_count_boot();
  CHECK(count == 1);
  for (int start = 0; start < 600; start++) {
    fake_eeprom_writes_left = start % 5;
    settings_count_boot();
    fake_eeprom_writes_left = -1;
    uint16_t next = settings_count_boot();
    CHECK(next == count + 1 || next == count + 2);
    count = next;
  }
}

static void expect_error(uint8_t message, const void *fields, uint8_t length, uint8_t code) {
  forget();
  ask(message, 5, fields, length);
  const struct seen *reply = said(MESSAGE_ERROR);
  CHECK(reply && reply->fields[0] == message && reply->fields[1] == code && reply->id == 5);
}

static void test_bad_requests_are_answered(void) {
  fresh();
  struct message_unlock unlock_request = {.unlock_id = 1, .compartment = 0, .pulse_ms = 501};
  expect_error(MESSAGE_UNLOCK, &unlock_request, sizeof(unlock_request), ERROR_VALUE_OUT_OF_RANGE);
  expect_error(MESSAGE_UNLOCK, &unlock_request, 3, ERROR_WRONG_LENGTH);
  expect_error(0x7E, 0, 0, ERROR_UNKNOWN_MESSAGE);
  struct message_set_lamp lamp = {.compartment = 16, .mode = 0};
  expect_error(MESSAGE_SET_LAMP, &lamp, sizeof(lamp), ERROR_VALUE_OUT_OF_RANGE);
  struct message_configure settings = {.host_silent_ms = 1, .debounce_ms = 1};
  expect_error(MESSAGE_CONFIGURE, &settings, sizeof(settings), ERROR_VALUE_OUT_OF_RANGE);
  loop_start(RESET_EXTERNAL);
  hear();
  unlock_request.pulse_ms = PULSE_MS;
  expect_error(MESSAGE_UNLOCK, &unlock_request, sizeof(unlock_request), ERROR_NOT_CONFIGURED);
}

#define TEST(name) {#name, test_##name}

int main(void) {
  static const struct {
    const char *name;
    void (*run)(void);
  } TESTS[] = {
      TEST(vectors),
      TEST(pulse),
      TEST(same_id_never_pulses_again),
      TEST(one_coil_and_rest),
      TEST(a_contact_that_reads_open_does_not_stop_the_pulse),
      TEST(host_silent),
      TEST(cut_short_is_told),
      TEST(events_are_kept_until_acknowledged),
      TEST(an_acknowledgement_of_what_was_not_told_is_ignored),
      TEST(a_full_ring_keeps_the_last_state_of_every_door),
      TEST(bouncing_contacts_settle_once),
      TEST(settings_survive_a_power_cut_after_any_byte),
      TEST(bad_requests_are_answered),
      RARE_TESTS
  };
  for (uint32_t index = 0; index < sizeof(TESTS) / sizeof(TESTS[0]); index++) {
    TESTS[index].run();
    printf("ok %s\n", TESTS[index].name);
  }
  printf("%zu passed, 0 failed\n", sizeof(TESTS) / sizeof(TESTS[0]));
  return 0;
}
