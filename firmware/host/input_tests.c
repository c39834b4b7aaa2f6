/* Contacts, tamper input, buttons; supply, temperature and reference. */
#include <string.h>

#include "../src/event.h"
#include "bench.h"

#define TAMPER_OPEN 0x01u
#define TAMPER_KNOWN 0x02u

static void levels(uint8_t debounce_ms, uint8_t contact_open_level, uint8_t tamper_open_level) {
  struct message_configure settings = {.host_silent_ms = 60000,
                                       .open_wait_ms = 1000,
                                       .debounce_ms = debounce_ms,
                                       .contact_open_level = contact_open_level,
                                       .tamper_open_level = tamper_open_level};
  expect_reply(MESSAGE_CONFIGURE, &settings, sizeof(settings), MESSAGE_CONFIGURED);
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

static void test_all_is_unknown_until_it_is_stable(void) {
  fake_contacts = ALL_DOORS;
  fake_tamper = 1;
  fake_buttons = 0;
  restart(RESET_POWER_ON);
  levels(20, 1, 1);
  run(15);
  struct message_status told = status();
  CHECK(told.doors_known == 0 && told.inputs == 0);
  run(10);
  told = status();
  CHECK(told.doors_known == ALL_DOORS && told.doors_open == ALL_DOORS);
  CHECK(told.inputs == (TAMPER_OPEN | TAMPER_KNOWN));
  run(300);
  CHECK(!said(MESSAGE_DOOR_MOVED) && !said(MESSAGE_TAMPER_MOVED));
}

static void test_tamper_is_told(void) {
  fresh();
  CHECK(status().inputs == TAMPER_KNOWN);
  fake_tamper = 1;
  run(19);
  CHECK(status().inputs == TAMPER_KNOWN);
  forget();
  run(3);
  const struct seen *event = said(MESSAGE_TAMPER_MOVED);
  CHECK(event && event->length == sizeof(struct message_tamper_moved) && event->fields[4] == 1);
  CHECK(status().inputs == (TAMPER_OPEN | TAMPER_KNOWN));
  acknowledge(2);
  CHECK(event_kept_count() == 0);
  fake_tamper = 0;
  forget();
  run(22);
  CHECK(said(MESSAGE_TAMPER_MOVED) && said(MESSAGE_TAMPER_MOVED)->fields[4] == 0);
}

/* A new polarity is a new question: unknown until answered, and no event for the answer. */
static void test_polarities_are_their_own(void) {
  fresh();
  levels(20, 1, 0);
  CHECK(status().inputs == 0 && status().doors_known == ALL_DOORS);
  forget();
  run(30);
  CHECK(!said(MESSAGE_TAMPER_MOVED));
  CHECK(status().inputs == (TAMPER_OPEN | TAMPER_KNOWN) && status().doors_open == 0);
  levels(20, 0, 0);
  CHECK(status().doors_known == 0 && status().inputs == (TAMPER_OPEN | TAMPER_KNOWN));
  forget();
  run(30);
  CHECK(!said(MESSAGE_DOOR_MOVED));
  CHECK(status().doors_open == ALL_DOORS && status().doors_known == ALL_DOORS);
}

static void test_buttons_are_told(void) {
  fresh();
  for (uint8_t button = 0; button < BOARD_BUTTONS; button++) {
    forget();
    fake_buttons = (uint8_t)(1u << button);
    run(25);
    const struct seen *event = said(MESSAGE_BUTTON_MOVED);
    CHECK(event && event->length == sizeof(struct message_button_moved));
    CHECK(times_said(MESSAGE_BUTTON_MOVED) == 1 && event->fields[4] == button && event->fields[5] == 1);
    CHECK(status().inputs >> 4 == fake_buttons);
    forget();
    fake_buttons = 0;
    run(25);
    event = said(MESSAGE_BUTTON_MOVED);
    CHECK(event && event->fields[4] == button && event->fields[5] == 0);
    CHECK(status().inputs >> 4 == 0);
    drain(0);
  }
}

static void test_a_button_that_bounces_is_told_once(void) {
  fresh();
  for (int bounce = 0; bounce < 15; bounce++) {
    fake_buttons ^= 1;
    run(5);
  }
  CHECK(fake_buttons == 1 && !said(MESSAGE_BUTTON_MOVED));
  run(25);
  CHECK(times_said(MESSAGE_BUTTON_MOVED) == 1);
}

/* It is a fault of the panel, or somebody who knows a trick; either way the host hears of it. */
static void test_a_button_held_at_the_start_is_told(void) {
  fake_buttons = 2;
  restart(RESET_POWER_ON);
  levels(20, 1, 1);
  run(10);
  CHECK(status().inputs >> 4 == 0);
  forget();
  run(20);
  CHECK(said(MESSAGE_BUTTON_MOVED) && said(MESSAGE_BUTTON_MOVED)->fields[4] == 1);
  CHECK(status().inputs >> 4 == 2);
  fake_buttons = 0;
}

static void test_the_debounce_time_is_one_for_all(void) {
  fresh();
  levels(100, 1, 1);
  fake_contacts = fake_tamper = fake_buttons = 1;
  forget();
  run(95);
  CHECK(event_kept_count() == 0);
  run(10);
  CHECK(times_said(MESSAGE_DOOR_MOVED) == 1 && times_said(MESSAGE_TAMPER_MOVED) == 1);
  CHECK(times_said(MESSAGE_BUTTON_MOVED) == 1);
}

static void test_inputs_that_settle_together_are_all_told(void) {
  fresh();
  fake_contacts = ALL_DOORS;
  fake_tamper = 1;
  fake_buttons = ALL_BUTTONS;
  run(25);
  CHECK(event_kept_count() == BOARD_COMPARTMENTS + 1u + BOARD_BUTTONS);
}

static void test_analog_inputs_are_measured_in_turn(void) {
  fake_analog[BOARD_ANALOG_SUPPLY] = 512;
  fake_analog[BOARD_ANALOG_TEMPERATURE] = 154;
  fake_analog[BOARD_ANALOG_REFERENCE] = 225;
  fake_analog_slow = 3;
  restart(RESET_POWER_ON);
  struct message_status told = status();
  CHECK(told.supply == 0 && told.temperature == 0 && told.reference == 0);
  uint32_t before = fake_analog_conversions;
  for (int ms = 0; ms < 1000; ms++) {
    run(1);
    told = status();
    CHECK(told.supply == 0 || told.supply == 512);
    CHECK(told.temperature == 0 || told.temperature == 154);
    /* Never the first conversion, which has not settled. */
    CHECK(told.reference == 0 || told.reference == 225);
    CHECK(ms < 400 || (told.supply && told.temperature && told.reference));
  }
  uint32_t conversions = fake_analog_conversions - before;
  CHECK(conversions >= 8 && conversions <= 20);
  fake_analog[BOARD_ANALOG_SUPPLY] = 1023;
  fake_analog[BOARD_ANALOG_TEMPERATURE] = 0;
  run(400);
  CHECK(status().supply == 1023 && status().temperature == 0);
}

/* The ADC that never answers must not hold up the loop. */
static void test_a_conversion_that_hangs_holds_nothing_up(void) {
  fake_analog_slow = 255;
  restart(RESET_POWER_ON);
  run(100);
  levels(20, 1, 1);
  CHECK(status().uptime_ms == now_ms);
  fake_analog_slow = 0;
}

const struct test INPUT_TESTS[] = {
    TEST(bouncing_contacts_settle_once),
    TEST(all_is_unknown_until_it_is_stable),
    TEST(tamper_is_told),
    TEST(polarities_are_their_own),
    TEST(buttons_are_told),
    TEST(a_button_that_bounces_is_told_once),
    TEST(a_button_held_at_the_start_is_told),
    TEST(the_debounce_time_is_one_for_all),
    TEST(inputs_that_settle_together_are_all_told),
    TEST(analog_inputs_are_measured_in_turn),
    TEST(a_conversion_that_hangs_holds_nothing_up),
    {0},
};
