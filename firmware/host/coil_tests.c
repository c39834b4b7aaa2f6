/* One coil at a time, as long as asked, rested and within its duty; each unlock once, with one end. */
#include <string.h>

#include "../src/lock.h"
#include "bench.h"

#define UNITS_MAX (COIL_HEAT_MS_MAX * COIL_COOL_MS)

static const struct message_unlock_ended *ended(void) {
  const struct seen *event = said(MESSAGE_UNLOCK_ENDED);
  CHECK(event && event->length == sizeof(struct message_unlock_ended));
  return (const struct message_unlock_ended *)event->fields;
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
  CHECK(said(MESSAGE_DOOR_MOVED));
  CHECK(ended()->state == UNLOCK_OPENED && ended()->pulse_ms == PULSE_MS);
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
  CHECK(unlock(3, BOARD_COMPARTMENTS) == UNLOCK_REFUSED_RANGE);
  fresh();
  CHECK(unlock(5, 2) == UNLOCK_PULSING);
  run(50);
  fake_contacts = 1u << 2;
  run(PULSE_MS);
  CHECK(unlock(6, 2) == UNLOCK_REFUSED_RESTING);
  run(COIL_REST_MS);
  CHECK(unlock(6, 2) == UNLOCK_PULSING);
}

static void test_a_rest_is_not_a_millisecond_short(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  run(PULSE_MS);
  CHECK(fake_coils == 0);
  run(COIL_REST_MS - 1);
  CHECK(unlock(2, 0) == UNLOCK_REFUSED_RESTING);
  run(1);
  CHECK(unlock(2, 0) == UNLOCK_PULSING);
}

static void test_a_contact_that_reads_open_does_not_stop_the_pulse(void) {
  fresh();
  fake_contacts = 1u << 1;
  run(50);
  CHECK(unlock(1, 1) == UNLOCK_PULSING);
}

static void test_a_door_seen_open_during_the_pulse_was_opened(void) {
  fresh();
  CHECK(unlock(1, 3) == UNLOCK_PULSING);
  run(10);
  fake_contacts = 1u << 3;
  run(50);
  fake_contacts = 0;
  run(2000);
  CHECK(ended()->state == UNLOCK_OPENED);
}

/* What the door did for the last unlock says nothing of this one. */
static void test_a_door_that_stays_shut_the_second_time_was_not_opened(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  fake_contacts = 1;
  run(300);
  fake_contacts = 0;
  run(COIL_REST_MS);
  drain(0);
  CHECK(unlock(2, 0) == UNLOCK_PULSING);
  run(2000);
  CHECK(ended()->unlock_id == 2 && ended()->state == UNLOCK_NOT_OPENED);
}

static void test_cut_short_is_told_and_rests(void) {
  fresh();
  CHECK(unlock_for(8, 1, 500) == UNLOCK_PULSING);
  run(50);
  forget();
  lock_all_off();
  run(2);
  CHECK(fake_coils == 0);
  CHECK(ended()->state == UNLOCK_CUT_SHORT && ended()->pulse_ms == 50);
  CHECK(unlock(9, 1) == UNLOCK_REFUSED_RESTING);
  run(COIL_REST_MS);
  CHECK(unlock(9, 1) == UNLOCK_PULSING);
}

/* The contact, and so the wait for the door, never refuses; the earlier unlock ends first. */
static void test_an_unlock_that_waits_does_not_refuse_the_next(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  run(PULSE_MS + COIL_REST_MS + 5);
  CHECK(unlock_for(2, 0, 100) == UNLOCK_PULSING);
  run(1);
  CHECK(ended()->unlock_id == 1 && ended()->state == UNLOCK_NOT_OPENED && ended()->pulse_ms == PULSE_MS);
}

static void test_an_id_is_known_whatever_compartment_is_asked(void) {
  fresh();
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  run(PULSE_MS + 5);
  CHECK(unlock(1, 2) == UNLOCK_WAITING && fake_coils == 0);
  CHECK(said(MESSAGE_UNLOCK_STATE)->fields[4] == 0);
}

static void rest_after(uint8_t reset_cause) {
  restart(reset_cause);
  CHECK(fake_coils == 0);
  configure(60000);
  for (uint8_t coil = 0; coil < BOARD_COMPARTMENTS; coil++) CHECK(unlock(50, coil) == UNLOCK_REFUSED_RESTING);
  run(COIL_REST_MS - 1);
  CHECK(unlock(50, 2) == UNLOCK_REFUSED_RESTING);
  run(1);
  CHECK(unlock(50, 2) == UNLOCK_PULSING);
}

/* A host that resets the board in the middle of a pulse joins no two pulses. */
static void test_every_start_rests_every_coil(void) {
  static const uint8_t CAUSES[] = {RESET_POWER_ON, RESET_EXTERNAL, RESET_BROWN_OUT, RESET_WATCHDOG, 0};
  for (uint32_t index = 0; index < sizeof(CAUSES); index++) {
    fresh();
    CHECK(unlock_for(1, 2, 500) == UNLOCK_PULSING);
    run(400);
    rest_after(CAUSES[index]);
  }
}

/* The bucket, once more and by the book: 1/COIL_COOL_MS of a ms, one forgotten in each ms that a coil is off. */
static uint32_t bucket;
static void run_bucket(uint32_t ms) {
  while (ms--) {
    uint8_t on = fake_coils != 0;
    run(1);
    if (on)
      bucket += COIL_COOL_MS;
    else if (bucket)
      bucket--;
    CHECK(bucket <= UNITS_MAX);
  }
}

/* As often as the board lets it, for a minute. */
static void test_a_coil_stays_within_its_duty(void) {
  static const uint16_t PULSES_MS[] = {500, 200, 20, 333};
  for (uint32_t index = 0; index < sizeof(PULSES_MS) / sizeof(PULSES_MS[0]); index++) {
    uint32_t hot = 0, pulses = 0;
    fresh();
    bucket = 0;
    for (uint32_t id = 1; id < 60000 / 20; id++) {
      uint32_t would_be = bucket + PULSES_MS[index] * COIL_COOL_MS;
      uint8_t state = unlock_for(id, 0, PULSES_MS[index]);
      hot += state == UNLOCK_REFUSED_HOT;
      pulses += state == UNLOCK_PULSING;
      if (state == UNLOCK_REFUSED_HOT) CHECK(would_be + 20 > UNITS_MAX);
      if (state == UNLOCK_PULSING) CHECK(would_be <= UNITS_MAX);
      run_bucket(20);
      acknowledge((uint16_t)pulses); /* all but the end that may not have come yet */
    }
    /* Those that rest more than they are on by themselves never become hot. */
    CHECK(PULSES_MS[index] == 20 ? !hot : hot > 100);
    CHECK(pulses * PULSES_MS[index] <= COIL_HEAT_MS_MAX + 60000u / COIL_COOL_MS + PULSES_MS[index]);
  }
}

/* Resting is told before hot: it is over sooner. */
static uint32_t heat_up(uint8_t coil) {
  uint32_t id = 1000;
  for (;;) {
    uint8_t state = unlock_for(id++, coil, 500);
    if (state == UNLOCK_REFUSED_HOT) return id;
    CHECK(state == UNLOCK_PULSING);
    run(500);
    CHECK(unlock_for(id, coil, 500) == UNLOCK_REFUSED_RESTING);
    run(COIL_REST_MS);
  }
}

static void test_one_hot_coil_refuses_no_other(void) {
  fresh();
  uint32_t id = heat_up(1);
  CHECK(unlock_for(id, 0, 500) == UNLOCK_PULSING);
  run(600);
  CHECK(unlock_for(id + 1, 1, 20) == UNLOCK_PULSING);
}

static void test_heat_outlives_every_reset_but_power_on(void) {
  static const uint8_t CAUSES[] = {RESET_EXTERNAL, RESET_BROWN_OUT, RESET_WATCHDOG, 0};
  for (uint32_t index = 0; index < sizeof(CAUSES); index++) {
    fresh();
    heat_up(3);
    restart(CAUSES[index]);
    configure(60000);
    run(COIL_REST_MS + 1);
    CHECK(unlock_for(1, 3, 500) == UNLOCK_REFUSED_HOT);
    restart(RESET_POWER_ON);
    configure(60000);
    run(COIL_REST_MS + 1);
    CHECK(unlock_for(1, 3, 500) == UNLOCK_PULSING);
  }
}

/* Each pulse is ended by a reset after `on_ms`: what it was on counts, and no more. */
static void test_a_pulse_cut_by_a_reset_counts(void) {
  static const uint16_t ON_MS[] = {1, 100, 300, 499};
  for (uint32_t index = 0; index < sizeof(ON_MS) / sizeof(ON_MS[0]); index++) {
    fresh();
    bucket = 0;
    uint8_t state;
    uint32_t pulses = 0;
    while ((state = unlock_for(1, 0, 500)) == UNLOCK_PULSING && pulses < 50) {
      pulses++;
      run_bucket(ON_MS[index]);
      restart(RESET_EXTERNAL);
      configure(60000);
      run_bucket(COIL_REST_MS + 1);
    }
    /* One ms is charged ahead. */
    uint32_t a_time = (ON_MS[index] + 1u) * COIL_COOL_MS;
    if (a_time <= COIL_REST_MS)
      CHECK(pulses == 50);
    else
      CHECK(state == UNLOCK_REFUSED_HOT && bucket + (500u + pulses) * COIL_COOL_MS > UNITS_MAX);
  }
}

const struct test COIL_TESTS[] = {
    TEST(pulse),
    TEST(same_id_never_pulses_again),
    TEST(one_coil_and_rest),
    TEST(a_rest_is_not_a_millisecond_short),
    TEST(a_contact_that_reads_open_does_not_stop_the_pulse),
    TEST(a_door_seen_open_during_the_pulse_was_opened),
    TEST(a_door_that_stays_shut_the_second_time_was_not_opened),
    TEST(cut_short_is_told_and_rests),
    TEST(an_unlock_that_waits_does_not_refuse_the_next),
    TEST(an_id_is_known_whatever_compartment_is_asked),
    TEST(every_start_rests_every_coil),
    TEST(a_coil_stays_within_its_duty),
    TEST(one_hot_coil_refuses_no_other),
    TEST(heat_outlives_every_reset_but_power_on),
    TEST(a_pulse_cut_by_a_reset_counts),
    {0},
};
