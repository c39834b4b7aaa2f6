/* A millisecond of the board's life: the timer interrupt, a round of the loop, and a look at everything. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "../../src/boot.h"
#include "../../src/lock.h"
#include "../../src/loop.h"
#include "../../src/settings.h"
#include "../../src/uart.h"
#include "../wire.h"
#include "coils.h"
#include "events.h"
#include "inputs.h"
#include "kept.h"
#include "outputs.h"
#include "requests.h"
#include "rule.h"
#include "talk.h"

/* All that an input may use up: enough to heat a coil, to miss a host, to wait for a door. */
#define TIME_MS_MAX 9000u
#define CUT_MS_MAX 64u
#define RAM_BYTES_MAX (64u * 1024u)

/* From ram.ld: where the sections begin and end. */
extern uint8_t firmware_ram[], firmware_ram_end[], firmware_noinit[], firmware_noinit_end[];

struct world world;
uint8_t world_trace;
static uint8_t measured[ANALOG_INPUTS][32]; /* bit: a quarter of a value that was there */

/* By hand and unchecked: red zones lie between the variables. */
__attribute__((no_sanitize("address"), noinline)) static void copy(uint8_t *to, const uint8_t *from, uint32_t length) {
  volatile uint64_t *out = (volatile uint64_t *)(void *)to;
  const uint64_t *in = (const uint64_t *)(const void *)from;
  for (uint32_t at = 0; at < length / sizeof(*out); at++) out[at] = in[at];
}

__attribute__((no_sanitize("address"), noinline)) static void fill(uint8_t *to, uint8_t value, uint32_t length) {
  volatile uint8_t *out = to;
  while (length--) *out++ = value;
}

static uint32_t bytes_between(const uint8_t *from, const uint8_t *to) {
  return (uint32_t)((uintptr_t)to - (uintptr_t)from);
}

static void ram_set_anew(void) {
  static uint8_t image[RAM_BYTES_MAX] __attribute__((aligned(64)));
  static uint8_t taken;
  uint32_t length = bytes_between(firmware_ram, firmware_ram_end);
  if (!taken && length > sizeof(image)) abort();
  copy(taken ? firmware_ram : image, taken ? image : firmware_ram, length);
  taken = 1;
}

static void start(uint8_t cause) {
  uint8_t unheard[1024];
  fake_coils = fake_lamps = fake_buzzer = 0;
  fake_coils_stuck = 0;
  ram_set_anew();
  while (uart_pending()) uart_read();
  wire_from_board(unheard, sizeof(unheard));
  world.cause = cause;
  world.now_ms = world.polled_ms = world.polls = 0;
  world.late_ms = 0;
  world.stalled = world.stuck = 0;
  talk_start();
  events_start();
  outputs_start(cause);
  coils_start((cause & RESET_POWER_ON) != 0);
  inputs_start();
  requests_start();
  loop_start(cause);
  kept_started();
  outputs_configured(kept_settings()->host_silent_ms);
  coils_configured(kept_settings()->open_wait_ms);
  inputs_configured(kept_settings());
  talk_hear();
}

void world_reset(uint8_t cause, uint8_t ram_lost) {
  if (ram_lost) fill(firmware_noinit, 0x5A, bytes_between(firmware_noinit, firmware_noinit_end));
  start(cause);
}

void world_begin(void) {
  memset(&world, 0, sizeof(world));
  memset(fake_eeprom, 0xFF, EEPROM_BYTES);
  fake_eeprom_writes_left = fake_eeprom_torn = -1;
  fake_eeprom_slow = fake_analog_slow = 0;
  for (uint8_t busy = 1; busy;) busy = !eeprom_ready();
  fake_contacts = 0;
  fake_tamper = fake_buttons = 0;
  memset(fake_analog, 0, sizeof(fake_analog));
  memset(measured, 0, sizeof(measured));
  events_forget_boots();
  kept_forget();
  world_reset(RESET_POWER_ON, 1);
}

void world_polled(void) {
  uint32_t since_ms = world.now_ms - world.polled_ms;
  world.polled_ms = world.now_ms;
  world.polls++;
  inputs_polled();
  coils_polled(outputs_forced_off());
  outputs_polled(since_ms);
  events_polled(since_ms);
}

static void millisecond(void) {
  world.now_ms++;
  world.total_ms++;
  lock_tick();
  coils_ticked();
  if (world.late_ms) {
    world.late_ms--;
    return;
  }
  loop_once(world.now_ms);
  world_polled();
  RULE(fake_coils == coils_expected(), "a coil is on as long as asked");
  talk_hear();
}

void world_unlock_between(uint8_t steps, const struct message_unlock *ask) {
  if (world.stalled || world.late_ms || world.total_ms >= TIME_MS_MAX) return;
  talk_bytes((const uint8_t *)"", 1);
  /* A host that is silent up to this very millisecond may be told as silent or not. */
  if (outputs_silent_at(world.now_ms + 1u)) return;
  world.now_ms++;
  world.total_ms++;
  lock_tick();
  coils_ticked();
  talk_unlock_between(steps, ask);
}

void world_run(uint32_t ms) {
  while (ms-- && world.total_ms < TIME_MS_MAX) millisecond();
}

void world_spare_ms(void) { millisecond(); }

void world_power_cut(uint8_t writes, uint8_t torn) {
  fake_eeprom_writes_left = writes;
  fake_eeprom_torn = torn;
  for (uint8_t ms = 0; ms < CUT_MS_MAX && fake_eeprom_writes_left; ms++) world_run(1);
  fake_eeprom_writes_left = fake_eeprom_torn = -1;
  world_reset(RESET_POWER_ON, 0);
}

/* That start comes to nothing: its boot is never told. */
void world_power_cut_at_start(uint8_t writes, uint8_t torn) {
  fake_eeprom_writes_left = writes;
  fake_eeprom_torn = torn;
  world_reset(RESET_POWER_ON, 0);
  fake_eeprom_writes_left = fake_eeprom_torn = -1;
  world_reset(RESET_POWER_ON, 1);
}

static void put_with_crc(uint16_t at, const uint8_t *bytes, uint8_t length) {
  uint16_t crc = 0xFFFF;
  for (uint8_t index = 0; index < length; index++) {
    fake_eeprom[at + index] = bytes[index];
    crc = crc16_update(crc, bytes[index]);
  }
  fake_eeprom[at + length] = (uint8_t)crc;
  fake_eeprom[at + length + 1u] = (uint8_t)(crc >> 8);
}

void world_aged(uint8_t boots, uint8_t sequence) {
  uint16_t boot = (uint16_t)(UINT16_MAX - boots);
  uint8_t count[] = {(uint8_t)boot, (uint8_t)(boot >> 8)};
  uint8_t record[] = {1, sequence, 'A', 'G', 'E', 'D', 0, 0, 0, 0, 0xB8, 0x0B, 0xD0, 0x07, 20, 1, 1};
  memset(fake_eeprom, 0xFF, EEPROM_BYTES);
  put_with_crc(BOOT_AT, count, sizeof(count));
  put_with_crc(SETTINGS_AT, record, sizeof(record));
  events_forget_boots();
  kept_forget();
  world_reset(RESET_POWER_ON, 1);
}

void world_analog(uint8_t input, uint8_t quarter) {
  fake_analog[input] = (uint16_t)(quarter * 4u);
  measured[input][quarter / 8u] |= (uint8_t)(1u << quarter % 8u);
}

uint8_t world_analog_was(uint8_t input, uint16_t value) {
  uint16_t quarter = value / 4u;
  return !value || (value % 4u == 0 && quarter < 256u && (measured[input][quarter / 8u] >> quarter % 8u & 1u));
}

void world_stuck(uint16_t coils) {
  fake_coils_stuck = coils;
  if (coils) world.stuck = 1;
}
