/* What takes weeks, or a host or a part gone wrong. */
#include "rare.h"

#include <string.h>

#include "../src/event.h"
#include "../src/lock.h"
#include "../src/loop.h"
#include "../src/settings.h"
#include "bench.h"
#include "vectors.h"
#include "wire.h"

#define WEEK_MS (7ul * 24 * 3600 * 1000)

static const struct message_unlock_ended *ended(const struct seen *event) {
  CHECK(event && event->length == sizeof(struct message_unlock_ended));
  return (const struct message_unlock_ended *)event->fields;
}

void test_a_coil_rests_after_its_pulse_and_not_for_weeks(void) {
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
  }
}

void test_a_coil_cut_short_rests_too(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  run(50);
  lock_all_off();
  run(2);
  CHECK(unlock(2, 0) == UNLOCK_REFUSED_RESTING);
  run(COIL_REST_MS);
  CHECK(unlock(2, 0) == UNLOCK_PULSING);
}

/* The contact, and so the wait for the door, never refuses; the earlier unlock ends first. */
void test_an_unlock_that_waits_does_not_refuse_the_next(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  run(PULSE_MS + COIL_REST_MS + 5);
  CHECK(unlock(2, 0) == UNLOCK_PULSING);
  run(1);
  CHECK(ended(said(MESSAGE_UNLOCK_ENDED))->unlock_id == 1);
  CHECK(ended(said(MESSAGE_UNLOCK_ENDED))->state == UNLOCK_NOT_OPENED);
}

void test_an_id_is_known_whatever_compartment_is_asked(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  run(PULSE_MS + 5);
  CHECK(unlock(1, 9) == UNLOCK_WAITING && fake_coils == 0);
  CHECK(said(MESSAGE_UNLOCK_STATE)->fields[4] == 0);
}

void test_a_door_seen_open_during_the_pulse_was_opened(void) {
  fresh();
  CHECK(unlock(1, 3) == UNLOCK_PULSING);
  run(10);
  fake_contacts = 1u << 3;
  run(50);
  fake_contacts = 0;
  run(2000);
  CHECK(ended(said(MESSAGE_UNLOCK_ENDED))->state == UNLOCK_OPENED);
}

/* A host that unlocks and never acknowledges: ends pile up until the board refuses, and none is lost. */
void test_no_end_of_an_unlock_is_lost(void) {
  fresh();
  uint32_t granted = 0;
  for (uint32_t id = 1; id <= 60; id++) {
    granted += unlock(id, (uint8_t)(id % 16)) == UNLOCK_PULSING;
    fake_contacts = (uint16_t)~fake_contacts;
    run(1500);
  }
  CHECK(granted >= 8 && granted < 60);
  uint32_t ids = 0, last = 0;
  for (int round = 0; round < 100 && ids < granted; round++) {
    forget();
    run(300);
    CHECK(seen_count > 0);
    uint16_t up_to = 0;
    for (uint32_t at = 0; at < seen_count; at++) {
      if (seen[at].message == MESSAGE_UNLOCK_ENDED && ended(&seen[at])->unlock_id > last) {
        last = ended(&seen[at])->unlock_id;
        ids++;
      }
      up_to = seen[at].id;
    }
    acknowledge(up_to);
  }
  CHECK(ids == granted);
}

/* A night of chatter with the host away must not lap the oldest kept number. */
void test_a_chattering_contact_uses_up_no_numbers(void) {
  fresh();
  CHECK(unlock(1, 5) == UNLOCK_PULSING);
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

static uint8_t started_reason(uint8_t reset_cause) {
  now_ms = 0;
  loop_start(reset_cause);
  forget();
  run(300);
  CHECK(said(MESSAGE_STARTED));
  return said(MESSAGE_STARTED)->fields[5];
}

/* Before the first frame nothing is on that could be forced off. */
void test_silence_before_the_first_frame_keeps_the_reason(void) {
  fresh();
  CHECK(started_reason(RESET_WATCHDOG) == SAFE_WATCHDOG);
  run(10000);
  forget();
  heartbeat();
  CHECK(said(MESSAGE_STATUS)->fields[11] == SAFE_WATCHDOG);
  CHECK(started_reason(RESET_EXTERNAL) == SAFE_WATCHDOG);
  CHECK(started_reason(RESET_POWER_ON | RESET_WATCHDOG) == SAFE_STARTED);
}

static void boot_slot_put(uint8_t slot, uint16_t count) {
  uint16_t crc = crc16_update(crc16_update(0xFFFF, (uint8_t)count), (uint8_t)(count >> 8));
  uint8_t bytes[] = {(uint8_t)count, (uint8_t)(count >> 8), (uint8_t)crc, (uint8_t)(crc >> 8)};
  memcpy(fake_eeprom + SETTINGS_BOOT_AT + slot * sizeof(bytes), bytes, sizeof(bytes));
}

void test_a_boot_is_never_zero_and_lost_slots_are_told(void) {
  boot_slot_put(0, 65534);
  boot_slot_put(1, 65535);
  CHECK(settings_count_boot() == 1);
  CHECK(settings_count_boot() == 2);
  memset(fake_eeprom, 0xFF, sizeof(fake_eeprom));
  fresh();
  run(300);
  CHECK(!said(MESSAGE_FAULT));
  memset(fake_eeprom, 0x55, sizeof(fake_eeprom));
  loop_start(RESET_POWER_ON);
  forget();
  run(300);
  CHECK(said(MESSAGE_FAULT) && said(MESSAGE_FAULT)->fields[4] == FAULT_SETTINGS_LOST);
  fresh();
}

void test_a_coil_pin_that_is_high_by_itself_is_told(void) {
  fresh();
  fake_coils_stuck = 1u << 6;
  run(10);
  CHECK(said(MESSAGE_FAULT) && said(MESSAGE_FAULT)->fields[4] == FAULT_COIL_TOO_LONG);
  fake_coils_stuck = 0;
}

static uint32_t random_state = 1;
static uint32_t random_next(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  return random_state ^= random_state << 5;
}

/* Noise, cut, doubled and honest frames; `run` checks the coil rules at every millisecond. */
void test_any_bytes(void) {
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
    run(random_next() % 40);
  }
  acknowledge(0);
  run(1000);
  forget();
  wire_to_board((const uint8_t *)"", 1);
  heartbeat();
  CHECK(said(MESSAGE_STATUS));
}
