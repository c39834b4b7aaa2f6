/* The EEPROM: written in the background, only where it changes, and cut by the power after any byte. */
#include <string.h>

#include "../src/boot.h"
#include "../src/settings.h"
#include "bench.h"

#define RECORD_BYTES 19u
#define SERIAL(text) ((const char[SERIAL_NUMBER_BYTES + 1u]){text}) /* zero padded */

static void erase(void) {
  memset(fake_eeprom, 0xFF, sizeof(fake_eeprom));
  fake_eeprom_writes_left = fake_eeprom_torn = -1;
  fake_eeprom_slow = 0;
}

static void set_wait(uint16_t open_wait_ms) {
  struct message_configure settings = {.host_silent_ms = 60000,
                                       .open_wait_ms = open_wait_ms,
                                       .debounce_ms = (uint8_t)(1u + open_wait_ms % 199u),
                                       .contact_open_level = 1,
                                       .tamper_open_level = 1};
  expect_reply(MESSAGE_CONFIGURE, &settings, sizeof(settings), MESSAGE_CONFIGURED);
}

static void provision(const char *serial_number, uint8_t good) {
  struct message_provision request = {0};
  memcpy(request.serial_number, serial_number, sizeof(request.serial_number));
  if (good)
    expect_reply(MESSAGE_PROVISION, &request, sizeof(request), MESSAGE_DONE);
  else
    expect_error(MESSAGE_PROVISION, &request, sizeof(request), ERROR_VALUE_OUT_OF_RANGE);
}

static uint16_t wait_kept(void) {
  settings_start();
  return settings_configured()->open_wait_ms;
}

static void write_all(void) {
  for (int ms = 0; settings_pending(); ms++) {
    CHECK(ms < 1000);
    run(1);
  }
}

static void test_settings_outlive_a_start(void) {
  erase();
  restart(RESET_POWER_ON);
  CHECK(settings_configured()->host_silent_ms == 3000 && settings_configured()->open_wait_ms == 2000);
  CHECK(settings_configured()->debounce_ms == 20 && settings_configured()->contact_open_level == 1);
  CHECK(settings_configured()->tamper_open_level == 1 && !status().settings_pending);
  set_wait(1234);
  CHECK(status().settings_pending == 1);
  run(30);
  CHECK(status().settings_pending == 0);
  restart(RESET_POWER_ON);
  CHECK(settings_configured()->open_wait_ms == 1234 && settings_configured()->host_silent_ms == 60000);
  CHECK(!said(MESSAGE_FAULT));
}

/* By the layout that the simulator and the service tool know as well. */
static void test_the_layout_is_as_documented(void) {
  erase();
  restart(RESET_POWER_ON);
  provision(SERIAL("LOCK-007"), 1);
  struct message_configure settings = {.host_silent_ms = 0x1234,
                                       .open_wait_ms = 0x0456,
                                       .debounce_ms = 7,
                                       .contact_open_level = 0,
                                       .tamper_open_level = 1};
  expect_reply(MESSAGE_CONFIGURE, &settings, sizeof(settings), MESSAGE_CONFIGURED);
  run(30);
  uint8_t want[RECORD_BYTES] = {1, 1, 'L', 'O', 'C', 'K', '-', '0', '0', '7', 0x34, 0x12, 0x56, 0x04, 7, 0, 1};
  uint16_t crc = 0xFFFF;
  for (uint32_t at = 0; at < RECORD_BYTES - 2; at++) crc = crc16_update(crc, want[at]);
  want[17] = (uint8_t)crc;
  want[18] = (uint8_t)(crc >> 8);
  CHECK(memcmp(fake_eeprom + 16, want, RECORD_BYTES) == 0);
  provision(SERIAL("B"), 1);
  run(30);
  CHECK(fake_eeprom[48] == 1 && fake_eeprom[49] == 2 && memcmp(fake_eeprom + 50, "B\0\0\0\0\0\0\0", 8) == 0);
  CHECK(memcmp(fake_eeprom + 16, want, RECORD_BYTES) == 0);
  CHECK(fake_eeprom[0 + 4] == 1 && fake_eeprom[0 + 5] == 0);
  for (uint32_t at = 48 + RECORD_BYTES; at < EEPROM_BYTES; at++) CHECK(fake_eeprom[at] == 0xFF);
}

static void test_kept_settings_are_in_force_before_the_host_comes(void) {
  erase();
  restart(RESET_POWER_ON);
  struct message_configure settings = {.host_silent_ms = 60000,
                                       .open_wait_ms = 1000,
                                       .debounce_ms = 50,
                                       .contact_open_level = 0,
                                       .tamper_open_level = 0};
  expect_reply(MESSAGE_CONFIGURE, &settings, sizeof(settings), MESSAGE_CONFIGURED);
  run(30);
  fake_contacts = 0;
  fake_tamper = 0;
  /* The other parts have heard of other settings since. */
  uint8_t copy[EEPROM_BYTES];
  memcpy(copy, fake_eeprom, sizeof(copy));
  set_wait(1);
  run(30);
  memcpy(fake_eeprom, copy, sizeof(copy));
  restart(RESET_EXTERNAL);
  run(45);
  CHECK(status().doors_known == 0);
  run(10);
  CHECK(status().doors_known == ALL_DOORS && status().doors_open == ALL_DOORS && status().inputs == 3);
  struct message_unlock request = {.unlock_id = 1, .compartment = 0, .pulse_ms = PULSE_MS};
  expect_error(MESSAGE_UNLOCK, &request, sizeof(request), ERROR_NOT_CONFIGURED);
  erase();
}

static void test_only_what_changes_is_written(void) {
  erase();
  restart(RESET_POWER_ON);
  set_wait(1000);
  write_all();
  uint32_t before = fake_eeprom_writes;
  set_wait(1000);
  CHECK(!settings_pending());
  provision(SERIAL("SAME"), 1);
  write_all();
  /* Into a slot that was blank: all but the bytes that are 0xFF there, and in the record. */
  CHECK(fake_eeprom_writes - before <= RECORD_BYTES);
  before = fake_eeprom_writes;
  provision(SERIAL("SAME"), 1);
  set_wait(1000);
  run(50);
  CHECK(fake_eeprom_writes == before);
  provision(SERIAL("SAMF"), 1);
  write_all();
  provision(SERIAL("SAMG"), 1);
  write_all();
  /* Sequence, serial number and CRC; the rest stands there already. */
  CHECK(fake_eeprom_writes - before <= 2 * 8);
}

static void test_the_first_configure_is_written_even_where_it_is_the_default(void) {
  erase();
  restart(RESET_POWER_ON);
  struct message_configure settings = *settings_configured();
  expect_reply(MESSAGE_CONFIGURE, &settings, sizeof(settings), MESSAGE_CONFIGURED);
  write_all();
  uint32_t before = fake_eeprom_writes;
  expect_reply(MESSAGE_CONFIGURE, &settings, sizeof(settings), MESSAGE_CONFIGURED);
  run(30);
  CHECK(fake_eeprom[16] == 1 && fake_eeprom_writes == before);
}

/* A byte takes 3.4 ms: a round that finds the EEPROM busy goes on. */
static void test_writing_waits_for_the_eeprom_and_the_loop_does_not(void) {
  erase();
  restart(RESET_POWER_ON);
  fake_eeprom_slow = 4;
  set_wait(777);
  uint32_t last = fake_eeprom_writes;
  int quiet = 4;
  while (settings_pending()) {
    run(1);
    uint32_t written = fake_eeprom_writes - last;
    last = fake_eeprom_writes;
    CHECK(written == 0 || (written == 1 && quiet >= 3));
    quiet = written ? 0 : quiet + 1;
    CHECK(now_ms < 500);
  }
  CHECK(wait_kept() == 777);
  fake_eeprom_slow = 0;
}

/* The power fails at each byte of a write, and what it was writing is torn, or is not. */
static void test_a_cut_after_any_byte_leaves_old_or_new(void) {
  static const int TORN[] = {-1, 0x00, 0xFF, 0x5A};
  erase();
  restart(RESET_POWER_ON);
  set_wait(100);
  write_all();
  uint16_t old = 100;
  for (uint16_t wait = 101; wait < 900; wait++) {
    set_wait(wait);
    fake_eeprom_torn = TORN[wait % 4u];
    fake_eeprom_writes_left = wait % 13;
    uint8_t asked_all = !settings_pending();
    for (int ms = 0; ms < 40; ms++) run(1);
    uint8_t whole = fake_eeprom_writes_left > 0;
    fake_eeprom_writes_left = fake_eeprom_torn = -1;
    uint16_t kept = wait_kept();
    CHECK(!asked_all && !settings_lost());
    CHECK(kept == old || kept == wait);
    if (whole) CHECK(kept == wait);
    restart(RESET_POWER_ON);
    CHECK(!said(MESSAGE_FAULT));
    old = kept;
  }
}

/* As above, and the host changes its mind after any number of bytes: the second time, or the third. */
static void test_a_change_while_writing_leaves_old_or_new(void) {
  erase();
  restart(RESET_POWER_ON);
  set_wait(1000);
  write_all();
  uint16_t wait = 1000, old = 1000;
  for (uint32_t first_ms = 0; first_ms < 22; first_ms++) {
    for (int cut = 0; cut < 30; cut++) {
      uint16_t first = ++wait, second = ++wait;
      fake_eeprom_torn = cut & 1 ? (int)(wait & 0xFF) : -1;
      fake_eeprom_writes_left = cut;
      set_wait(first);
      run(first_ms);
      uint8_t first_stands = !settings_pending() && fake_eeprom_writes_left != 0;
      set_wait(second);
      run(3);
      provision(cut & 1 ? SERIAL("ODD") : SERIAL("EVEN"), 1);
      run(60);
      CHECK(!settings_pending());
      uint8_t second_stands = fake_eeprom_writes_left > 0;
      fake_eeprom_writes_left = fake_eeprom_torn = -1;
      uint16_t kept = wait_kept();
      CHECK(!settings_lost());
      CHECK(kept == old || kept == first || kept == second);
      if (first_stands) CHECK(kept != old);
      if (second_stands) CHECK(kept == second);
      old = kept;
      restart(RESET_POWER_ON);
      CHECK(!said(MESSAGE_FAULT));
      if (wait > 4900) wait = 1000;
    }
  }
}

/* Once it is told that they are written, they are. */
static void test_pending_ends_when_it_is_true(void) {
  erase();
  restart(RESET_POWER_ON);
  for (uint16_t wait = 100; wait < 300; wait++) {
    fake_eeprom_slow = wait % 5;
    set_wait(wait);
    write_all();
    uint8_t before[RECORD_BYTES];
    memcpy(before, settings_configured(), sizeof(struct message_configure));
    settings_start();
    CHECK(memcmp(before, settings_configured(), sizeof(struct message_configure)) == 0);
  }
  fake_eeprom_slow = 0;
}

static void test_serial_numbers(void) {
  erase();
  restart(RESET_POWER_ON);
  CHECK(memcmp(identity().serial_number, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8) == 0);
  static const char BAD[][SERIAL_NUMBER_BYTES + 1u] = {"\0\0\0\0\0\0\0\0", "A\0B\0\0\0\0\0", " A\0\0\0\0\0\0", "A B\0\0\0\0\0",
                                    "A\x7F\0\0\0\0\0\0", "A\x80\0\0\0\0\0\0", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
                                    "ABC\x1F\0\0\0\0"};
  for (uint32_t index = 0; index < sizeof(BAD) / sizeof(BAD[0]); index++) provision(BAD[index], 0);
  CHECK(!settings_pending());
  static const char GOOD[][SERIAL_NUMBER_BYTES + 1u] = {"!\0\0\0\0\0\0\0", "~~~~~~~~", "B12\0\0\0\0\0", "LOCK-042"};
  for (uint32_t index = 0; index < sizeof(GOOD) / sizeof(GOOD[0]); index++) {
    provision(GOOD[index], 1);
    CHECK(status().settings_pending == 1);
    /* From RAM: it does not wait for the EEPROM. */
    CHECK(memcmp(identity().serial_number, GOOD[index], 8) == 0);
    run(30);
    restart(RESET_POWER_ON);
    CHECK(memcmp(identity().serial_number, GOOD[index], 8) == 0);
  }
}

static uint16_t lost_detail(void) {
  restart(RESET_POWER_ON);
  run(300);
  const struct seen *fault = said(MESSAGE_FAULT);
  if (!fault) return 0;
  CHECK(fault->fields[4] == FAULT_SETTINGS_LOST);
  return (uint16_t)(fault->fields[5] | fault->fields[6] << 8);
}

static void test_lost_settings_are_told_until_they_are_set(void) {
  erase();
  CHECK(lost_detail() == 0);
  set_wait(300);
  write_all();
  set_wait(301);
  write_all();
  fake_eeprom[16 + 5] ^= 1;
  CHECK(lost_detail() == 0 && settings_configured()->open_wait_ms == 301);
  fake_eeprom[48 + 5] ^= 1;
  CHECK(lost_detail() == 2 && settings_configured()->open_wait_ms == 2000);
  /* A record of another version is not read by this one's rules. */
  CHECK(lost_detail() == 2);
  struct message_configure settings = *settings_configured();
  expect_reply(MESSAGE_CONFIGURE, &settings, sizeof(settings), MESSAGE_CONFIGURED);
  write_all();
  CHECK(lost_detail() == 0);
  memset(fake_eeprom, 0x55, sizeof(fake_eeprom));
  CHECK(lost_detail() == 3);
  erase();
  /* One slot was being written for the first time. */
  fake_eeprom[16] = 1;
  CHECK(lost_detail() == 0);
  erase();
}

static void test_a_record_of_another_version_is_left_alone(void) {
  erase();
  restart(RESET_POWER_ON);
  set_wait(300);
  write_all();
  fake_eeprom[16] = 2;
  uint16_t crc = 0xFFFF;
  for (uint32_t at = 16; at < 16 + RECORD_BYTES - 2; at++) crc = crc16_update(crc, fake_eeprom[at]);
  fake_eeprom[33] = (uint8_t)crc;
  fake_eeprom[34] = (uint8_t)(crc >> 8);
  restart(RESET_POWER_ON);
  CHECK(settings_configured()->open_wait_ms == 2000);
  erase();
}

static void test_the_newer_record_counts_when_sequences_wrap(void) {
  erase();
  restart(RESET_POWER_ON);
  for (uint16_t wait = 0; wait < 600; wait++) {
    set_wait((uint16_t)(wait + 1000));
    write_all();
    CHECK(wait_kept() == wait + 1000);
  }
}

static void test_boot_counts_survive_a_cut_after_any_byte(void) {
  erase();
  uint16_t count = boot_count();
  CHECK(count == 1);
  for (int start = 0; start < 600; start++) {
    fake_eeprom_writes_left = start % 5;
    boot_count();
    fake_eeprom_writes_left = -1;
    uint16_t next = boot_count();
    CHECK(next == count + 1 || next == count + 2);
    count = next;
  }
}

static void boot_slot_put(uint8_t slot, uint16_t count) {
  uint16_t crc = crc16_update(crc16_update(0xFFFF, (uint8_t)count), (uint8_t)(count >> 8));
  uint8_t bytes[] = {(uint8_t)count, (uint8_t)(count >> 8), (uint8_t)crc, (uint8_t)(crc >> 8)};
  memcpy(fake_eeprom + BOOT_AT + slot * sizeof(bytes), bytes, sizeof(bytes));
}

static void test_a_boot_is_never_zero(void) {
  erase();
  boot_slot_put(0, 65534);
  boot_slot_put(1, 65535);
  CHECK(boot_count() == 1);
  CHECK(boot_count() == 2);
  memset(fake_eeprom, 0x55, 8);
  CHECK(lost_detail() == 1);
  erase();
}

const struct test SETTINGS_TESTS[] = {
    TEST(settings_outlive_a_start),
    TEST(the_layout_is_as_documented),
    TEST(kept_settings_are_in_force_before_the_host_comes),
    TEST(only_what_changes_is_written),
    TEST(the_first_configure_is_written_even_where_it_is_the_default),
    TEST(writing_waits_for_the_eeprom_and_the_loop_does_not),
    TEST(a_cut_after_any_byte_leaves_old_or_new),
    TEST(a_change_while_writing_leaves_old_or_new),
    TEST(pending_ends_when_it_is_true),
    TEST(serial_numbers),
    TEST(lost_settings_are_told_until_they_are_set),
    TEST(a_record_of_another_version_is_left_alone),
    TEST(the_newer_record_counts_when_sequences_wrap),
    TEST(boot_counts_survive_a_cut_after_any_byte),
    TEST(a_boot_is_never_zero),
    {0},
};
