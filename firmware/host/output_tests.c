/* Lamps, buzzer, and the safe state with its reasons. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/assertion.h"
#include "../src/safe.h"
#include "bench.h"

static void lamp(uint8_t compartment, uint8_t mode, uint8_t level) {
  struct message_set_lamp request = {.compartment = compartment, .mode = mode, .level = level};
  expect_reply(MESSAGE_SET_LAMP, &request, sizeof(request), MESSAGE_DONE);
}

static uint32_t lit_ms(uint8_t compartment, uint32_t ms) {
  uint32_t lit = 0;
  while (ms--) {
    run(1);
    lit += fake_lamps >> compartment & 1u;
  }
  return lit;
}

static void test_a_lamp_shines_as_bright_as_told(void) {
  fresh();
  lamp(1, LAMP_ON, 0);
  for (uint8_t level = 0; level <= LAMP_LEVEL_MAX; level++) {
    lamp(2, LAMP_DIM, level);
    CHECK(lit_ms(2, 800) == level * 100u);
    CHECK(lit_ms(1, 8) == 8 && lit_ms(0, 8) == 0);
  }
  lamp(2, LAMP_BLINK, 0);
  CHECK(lit_ms(2, 1024) == 512);
  /* Level counts in mode dim only. */
  lamp(2, LAMP_ON, 3);
  CHECK(lit_ms(2, 80) == 80);
  lamp(2, LAMP_OFF, 3);
  CHECK(lit_ms(2, 80) == 0);
  lamp(2, LAMP_BREATHE, 0);
  uint32_t lit = lit_ms(2, 2048);
  CHECK(lit > 900 && lit < 1300);
}

static void test_lamps_out_of_range(void) {
  fresh();
  struct message_set_lamp request = {.compartment = BOARD_COMPARTMENTS, .mode = LAMP_OFF};
  expect_error(MESSAGE_SET_LAMP, &request, sizeof(request), ERROR_VALUE_OUT_OF_RANGE);
  request = (struct message_set_lamp){.compartment = 0, .mode = LAMP_DIM + 1};
  expect_error(MESSAGE_SET_LAMP, &request, sizeof(request), ERROR_VALUE_OUT_OF_RANGE);
  request = (struct message_set_lamp){.compartment = 0, .mode = LAMP_DIM, .level = LAMP_LEVEL_MAX + 1};
  expect_error(MESSAGE_SET_LAMP, &request, sizeof(request), ERROR_VALUE_OUT_OF_RANGE);
  CHECK(lit_ms(0, 20) == 0);
}

static void sound(uint16_t frequency_hz, uint16_t duration_ms) {
  struct message_sound request = {.frequency_hz = frequency_hz, .duration_ms = duration_ms};
  expect_reply(MESSAGE_SOUND, &request, sizeof(request), MESSAGE_DONE);
}

static void test_a_sound_ends_by_itself(void) {
  fresh();
  sound(1000, 100);
  CHECK(fake_buzzer == 999);
  run(99);
  CHECK(fake_buzzer == 999);
  run(1);
  CHECK(fake_buzzer == 0);
  sound(SOUND_HZ_MIN, SOUND_MS_MAX);
  CHECK(fake_buzzer == 9999);
  run(SOUND_MS_MAX - 1);
  CHECK(fake_buzzer == 9999);
  run(1);
  CHECK(fake_buzzer == 0);
}

static void test_a_new_sound_replaces_the_old(void) {
  fresh();
  sound(1000, 50);
  run(30);
  sound(SOUND_HZ_MAX, 100);
  CHECK(fake_buzzer == 199);
  run(99);
  CHECK(fake_buzzer == 199);
  run(1);
  CHECK(fake_buzzer == 0);
  sound(SOUND_HZ_MAX, 100);
  sound(0, 100);
  CHECK(fake_buzzer == 0);
  sound(440, 100);
  CHECK(fake_buzzer == 2271);
  sound(440, 0);
  CHECK(fake_buzzer == 0);
}

static void test_sounds_out_of_range(void) {
  static const struct message_sound BAD[] = {{99, 1}, {5001, 1}, {0xFFFF, 1}, {440, 2001}, {0, 2001}};
  fresh();
  for (uint32_t index = 0; index < sizeof(BAD) / sizeof(BAD[0]); index++)
    expect_error(MESSAGE_SOUND, &BAD[index], sizeof(BAD[0]), ERROR_VALUE_OUT_OF_RANGE);
  CHECK(fake_buzzer == 0);
}

static void test_a_silent_host_switches_all_off(void) {
  fresh();
  configure(500);
  lamp(3, LAMP_ON, 0);
  lamp(2, LAMP_DIM, 4);
  run(400);
  CHECK(fake_lamps & 1u << 3);
  CHECK(unlock_for(1, 0, 500) == UNLOCK_PULSING);
  sound(440, 2000);
  run(495);
  CHECK(fake_coils && fake_buzzer && fake_lamps);
  run(10);
  CHECK(fake_coils == 0 && fake_lamps == 0 && fake_buzzer == 0);
  run(20);
  CHECK(fake_lamps == 0);
  CHECK(status().safe_reason == SAFE_HOST_SILENT);
}

static uint8_t started_reason(uint8_t reset_cause) {
  restart(reset_cause);
  run(300);
  CHECK(said(MESSAGE_STARTED));
  return said(MESSAGE_STARTED)->fields[5];
}

/* Before the first frame nothing is on that could be forced off. */
static void test_silence_before_the_first_frame_keeps_the_reason(void) {
  fresh();
  CHECK(started_reason(RESET_WATCHDOG) == SAFE_WATCHDOG);
  run(10000);
  CHECK(status().safe_reason == SAFE_WATCHDOG);
  CHECK(started_reason(RESET_EXTERNAL) == SAFE_WATCHDOG);
  CHECK(started_reason(RESET_BROWN_OUT) == SAFE_BROWN_OUT);
  CHECK(started_reason(RESET_POWER_ON | RESET_WATCHDOG) == SAFE_STARTED);
}

/* Told once: the next watchdog is a watchdog again. */
static void test_an_assertion_is_told_after_its_reset(void) {
  fresh();
  lamp(1, LAMP_ON, 0);
  sound(440, 2000);
  CHECK(unlock(1, 0) == UNLOCK_PULSING);
  safe_assertion_keep();
  CHECK(fake_coils == 0 && fake_lamps == 0 && fake_buzzer == 0);
  CHECK(started_reason(RESET_WATCHDOG) == SAFE_ASSERTION);
  CHECK(started_reason(RESET_EXTERNAL) == SAFE_ASSERTION);
  CHECK(started_reason(RESET_WATCHDOG) == SAFE_WATCHDOG);
  safe_assertion_keep();
  CHECK(started_reason(RESET_POWER_ON) == SAFE_STARTED);
  CHECK(started_reason(RESET_WATCHDOG) == SAFE_WATCHDOG);
}

static void test_an_assertion_does_not_go_on(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    ASSERT(fake_contacts == fake_contacts + 1u);
    _exit(0);
  }
  int how = 0;
  CHECK(child > 0 && waitpid(child, &how, 0) == child);
  CHECK(WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT);
}

const struct test OUTPUT_TESTS[] = {
    TEST(a_lamp_shines_as_bright_as_told),
    TEST(lamps_out_of_range),
    TEST(a_sound_ends_by_itself),
    TEST(a_new_sound_replaces_the_old),
    TEST(sounds_out_of_range),
    TEST(a_silent_host_switches_all_off),
    TEST(silence_before_the_first_frame_keeps_the_reason),
    TEST(an_assertion_is_told_after_its_reset),
    TEST(an_assertion_does_not_go_on),
    {0},
};
