/* The host's side of the tests, with a codec of its own. */
#include "bench.h"

#include <string.h>

#include "../src/event.h"
#include "../src/lock.h"
#include "../src/loop.h"
#include "wire.h"

struct seen seen[SEEN_MAX];
uint32_t seen_count, now_ms;
uint16_t coil_longest_ms;
static uint16_t coil_run_ms;

/* Frames are read back by a decoder of the test's own, so that one error cannot hide in both directions. */
void hear(void) {
  static uint8_t block[FRAME_WIRE_BYTES_MAX];
  static uint32_t length;
  uint8_t byte;
  while (wire_from_board(&byte, 1)) {
    if (byte) {
      CHECK(length < sizeof(block));
      block[length++] = byte;
      continue;
    }
    uint8_t plain[FRAME_WIRE_BYTES_MAX] = {0};
    uint32_t out = 0;
    for (uint32_t at = 0; at < length;) {
      uint32_t end = at + block[at];
      CHECK(end <= length);
      for (at++; at < end; at++) plain[out++] = block[at];
      if (end < length) plain[out++] = 0;
    }
    length = 0;
    struct seen *one = &seen[seen_count++ % SEEN_MAX];
    one->message = plain[0];
    one->id = (uint16_t)(plain[1] | plain[2] << 8);
    one->length = (uint8_t)(out - 5);
    memcpy(one->fields, plain + 3, one->length);
  }
}

void run(uint32_t ms) {
  while (ms--) {
    now_ms++;
    lock_tick();
    loop_once(now_ms);
    coil_run_ms = fake_coils ? (uint16_t)(coil_run_ms + 1) : 0;
    if (coil_run_ms > coil_longest_ms) coil_longest_ms = coil_run_ms;
    CHECK(coil_run_ms <= PULSE_MS_MAX);
    hear();
  }
}

void forget(void) { seen_count = 0; }

const struct seen *said(uint8_t message) {
  for (uint32_t index = 0; index < seen_count && index < SEEN_MAX; index++)
    if (seen[index].message == message) return &seen[index];
  return 0;
}

uint32_t times_said(uint8_t message) {
  uint32_t count = 0;
  for (uint32_t index = 0; index < seen_count && index < SEEN_MAX; index++) count += seen[index].message == message;
  return count;
}

void ask(uint8_t message, uint16_t id, const void *fields, uint8_t length) {
  uint8_t plain[64], wire[64];
  uint32_t end = 3u + length, out = 1, code = 0;
  plain[0] = message;
  plain[1] = (uint8_t)id;
  plain[2] = (uint8_t)(id >> 8);
  if (length) memcpy(plain + 3, fields, length);
  uint16_t crc = 0xFFFF;
  for (uint32_t at = 0; at < end; at++) crc = crc16_update(crc, plain[at]);
  plain[end++] = (uint8_t)crc;
  plain[end++] = (uint8_t)(crc >> 8);
  for (uint32_t at = 0; at < end; at++) {
    if (plain[at]) {
      wire[out++] = plain[at];
      continue;
    }
    wire[code] = (uint8_t)(out - code);
    code = out++;
  }
  wire[code] = (uint8_t)(out - code);
  wire[out++] = 0;
  wire_to_board(wire, out);
  loop_once(now_ms);
  hear();
}

void expect_error(uint8_t message, const void *fields, uint8_t length, uint8_t code) {
  forget();
  ask(message, 5, fields, length);
  const struct seen *reply = said(MESSAGE_ERROR);
  CHECK(reply && reply->fields[0] == message && reply->fields[1] == code && reply->id == 5);
}

void expect_reply(uint8_t message, const void *fields, uint8_t length, uint8_t reply) {
  forget();
  ask(message, 6, fields, length);
  CHECK(said(reply) && said(reply)->id == 6);
}

void configure(uint16_t host_silent_ms) {
  struct message_configure settings = {.host_silent_ms = host_silent_ms,
                                       .open_wait_ms = 1000,
                                       .debounce_ms = 20,
                                       .contact_open_level = 1,
                                       .tamper_open_level = 1};
  expect_reply(MESSAGE_CONFIGURE, &settings, sizeof(settings), MESSAGE_CONFIGURED);
}

uint8_t unlock_for(uint32_t id, uint8_t compartment, uint16_t pulse_ms) {
  struct message_unlock request = {.unlock_id = id, .compartment = compartment, .pulse_ms = pulse_ms};
  expect_reply(MESSAGE_UNLOCK, &request, sizeof(request), MESSAGE_UNLOCK_STATE);
  return said(MESSAGE_UNLOCK_STATE)->fields[5];
}

uint8_t unlock(uint32_t id, uint8_t compartment) { return unlock_for(id, compartment, PULSE_MS); }

void heartbeat(void) { ask(MESSAGE_HEARTBEAT, 1, 0, 0); }

struct message_status status(void) {
  struct message_status fields;
  expect_reply(MESSAGE_HEARTBEAT, 0, 0, MESSAGE_STATUS);
  memcpy(&fields, said(MESSAGE_STATUS)->fields, sizeof(fields));
  return fields;
}

struct message_identity identity(void) {
  struct message_identity fields;
  expect_reply(MESSAGE_IDENTIFY, 0, 0, MESSAGE_IDENTITY);
  memcpy(&fields, said(MESSAGE_IDENTITY)->fields, sizeof(fields));
  return fields;
}

void acknowledge(uint16_t up_to) {
  struct message_acknowledge fields = {.boot = identity().boot, .up_to = up_to};
  ask(MESSAGE_ACKNOWLEDGE, 0, &fields, sizeof(fields));
}

void drain(void (*each)(const struct seen *event)) {
  for (int rounds = 0; event_kept_count(); rounds++) {
    CHECK(rounds < 100);
    forget();
    run(EVENT_RESEND_MS + 10);
    CHECK(seen_count > 0);
    for (uint32_t index = 0; index < seen_count; index++)
      if (each) each(&seen[index]);
    acknowledge(seen[seen_count - 1].id);
  }
}

void restart(uint8_t reset_cause) {
  now_ms = 0;
  coil_run_ms = 0;
  forget();
  loop_start(reset_cause);
  hear();
}

void fresh(void) {
  fake_contacts = 0;
  fake_tamper = fake_buttons = 0;
  fake_eeprom_slow = fake_analog_slow = 0;
  restart(RESET_POWER_ON);
  configure(60000);
  run(COIL_REST_MS + 1);
  acknowledge(1);
  CHECK(event_kept_count() == 0);
  forget();
}
