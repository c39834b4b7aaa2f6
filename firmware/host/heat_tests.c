/* Heat as a reset finds it: a second copy of heat.c, whose kept RAM can be looked at. */
#include "bench.h"

#define heat_start second_heat_start
#define heat_hung second_heat_hung
#define heat_off second_heat_off
#define heat_charge second_heat_charge
#define heat_cool second_heat_cool
#define heat_allows second_heat_allows
#include "../src/heat.c"

static void set(uint16_t units, uint16_t other) {
  kept.coils[0].units = units;
  kept.coils[0].complement = (uint16_t)~other;
}

static void test_ram_that_lost_its_power_is_cold(void) {
  for (uint32_t index = 0; index < sizeof(kept); index++) ((uint8_t *)&kept)[index] = 0x5A;
  heat_start(RESET_EXTERNAL);
  for (uint8_t coil = 0; coil < BOARD_COMPARTMENTS; coil++) CHECK(kept.coils[coil].units == 0);
  set(UNITS_MAX, UNITS_MAX);
  heat_start(RESET_POWER_ON | RESET_EXTERNAL);
  CHECK(kept.coils[0].units == 0);
}

/* Cut between any two bytes: at least the smaller of old and new is counted, and never more than a full bucket. */
static void test_a_write_that_a_reset_tears_forgets_no_heat(void) {
  static const uint16_t CHANGES[][2] = {{0x00FF, 0x0109}, {0x0100, 0x00FF}, {0, 10}, {UNITS_MAX - 10, UNITS_MAX}};
  for (uint32_t index = 0; index < sizeof(CHANGES) / sizeof(CHANGES[0]); index++) {
    uint16_t old = CHANGES[index][0], new = CHANGES[index][1], least = old < new ? old : new;
    uint16_t low_first = (uint16_t)((old & 0xFF00) | (new & 0x00FF)), high_first = (uint16_t)((new & 0xFF00) | (old & 0x00FF));
    uint16_t torn[][2] = {{old, old}, {low_first, old}, {high_first, old}, {new, old}, {new, low_first}, {new, high_first}, {new, new}};
    for (uint32_t cut = 0; cut < sizeof(torn) / sizeof(torn[0]); cut++) {
      heat_start(RESET_POWER_ON);
      set(torn[cut][0], torn[cut][1]);
      heat_start(RESET_WATCHDOG);
      CHECK(kept.coils[0].units >= least && kept.coils[0].units <= UNITS_MAX);
    }
  }
}

/* It would take an hour to cool from there. */
static void test_no_coil_is_hotter_than_the_limit(void) {
  heat_start(RESET_POWER_ON);
  set(60000, 60000);
  heat_start(RESET_WATCHDOG);
  CHECK(kept.coils[0].units == UNITS_MAX && !heat_allows(0, 1));
  heat_cool(COIL_COOL_MS, 0xFF);
  CHECK(heat_allows(0, 1));
}

/* With interrupts off, nobody counts while the coil is on. */
static void test_what_hung_with_a_coil_on_is_hot(void) {
  heat_start(RESET_POWER_ON);
  heat_charge(2);
  heat_hung(300);
  heat_start(RESET_WATCHDOG);
  CHECK(kept.coils[2].units == 301 * COIL_COOL_MS && kept.coils[1].units == 0);
  for (int times = 0; times < 7; times++) {
    heat_charge(2);
    heat_hung(300);
    heat_start(RESET_WATCHDOG);
  }
  CHECK(kept.coils[2].units == UNITS_MAX);
  heat_charge(1);
  heat_off();
  heat_hung(300);
  heat_start(RESET_WATCHDOG);
  CHECK(kept.coils[1].units == COIL_COOL_MS);
  /* Whatever stands in RAM that lost its power. */
  for (uint32_t value = 0; value < 256; value++) {
    for (uint32_t index = 0; index < sizeof(kept); index++) ((uint8_t *)&kept)[index] = (uint8_t)value;
    heat_hung(300);
    heat_start(RESET_WATCHDOG);
    for (uint8_t coil = 0; coil < BOARD_COMPARTMENTS; coil++) CHECK(kept.coils[coil].units == 0);
  }
}

static void test_heat_is_forgotten_by_the_time_that_passed(void) {
  heat_start(RESET_POWER_ON);
  for (int ms = 0; ms < 100; ms++) heat_charge(0);
  heat_cool(400, 0xFF);
  CHECK(kept.coils[0].units == 100 * COIL_COOL_MS - 400);
  heat_cool(400, 0);
  CHECK(kept.coils[0].units == 100 * COIL_COOL_MS - 400);
  heat_cool(0xFFFFFFFF, 0xFF);
  CHECK(kept.coils[0].units == 0);
}

const struct test HEAT_TESTS[] = {
    TEST(ram_that_lost_its_power_is_cold),
    TEST(a_write_that_a_reset_tears_forgets_no_heat),
    TEST(no_coil_is_hotter_than_the_limit),
    TEST(what_hung_with_a_coil_on_is_hot),
    TEST(heat_is_forgotten_by_the_time_that_passed),
    {0},
};
