/* The wire: bytes to the board go through a second decoder, which foretells what the board must make of them. */
#include "talk.h"

#include <string.h>

#include "../../src/loop.h"
#include "../../src/uart.h"
#include "../wire.h"
#include "coils.h"
#include "events.h"
#include "outputs.h"
#include "requests.h"
#include "rule.h"

#define HEADER_BYTES 3u
#define CRC_BYTES 2u
#define BODY_BYTES_MAX (HEADER_BYTES + FRAME_FIELDS_BYTES_MAX + CRC_BYTES)
#define BYTES_A_ROUND 32u /* fewer than the board takes in one round of its loop */

static struct {
  uint8_t bytes[FRAME_WIRE_BYTES_MAX]; /* since the last zero */
  uint32_t length;
} down, up;
static uint32_t unread;
static uint16_t bad;

void talk_start(void) {
  down.length = up.length = unread = 0;
  bad = 0;
}

uint16_t talk_bad_count(void) { return bad; }

static uint16_t crc_of(const uint8_t *bytes, uint32_t length) {
  static uint16_t table[256];
  if (!table[1])
    for (uint32_t byte = 0; byte < 256; byte++) table[byte] = crc16_update((uint16_t)byte, 0);
  uint16_t crc = 0xFFFF;
  while (length--) crc = (uint16_t)((crc >> 8) ^ table[(crc ^ *bytes++) & 0xFF]);
  return crc;
}

/* A block between zeros to a frame; 0 when it is none. */
static uint8_t decode(const uint8_t *block, uint32_t length, struct said *frame) {
  uint8_t plain[FRAME_WIRE_BYTES_MAX];
  uint32_t out = 0;
  if (length > BODY_BYTES_MAX + 1u) return 0;
  for (uint32_t at = 0; at < length;) {
    uint32_t end = at + block[at];
    if (end > length) return 0;
    for (at++; at < end; at++) plain[out++] = block[at];
    if (end < length) plain[out++] = 0;
  }
  if (out < HEADER_BYTES + CRC_BYTES) return 0;
  uint32_t crc_at = out - CRC_BYTES;
  if (crc_of(plain, crc_at) != (plain[crc_at] | plain[crc_at + 1u] << 8)) return 0;
  frame->message = plain[0];
  frame->id = (uint16_t)(plain[1] | plain[2] << 8);
  frame->length = (uint8_t)(crc_at - HEADER_BYTES);
  memcpy(frame->fields, plain + HEADER_BYTES, frame->length);
  return 1;
}

static void trace(const char *way, const struct said *frame) {
  char hex[3u * FRAME_FIELDS_BYTES_MAX + 1u] = "", *to = hex;
  if (!world_trace) return;
  for (uint8_t index = 0; index < frame->length; index++, to += 3) snprintf(to, 4, " %02x", frame->fields[index]);
  TRACE("%s %02x id %u%s", way, frame->message, frame->id, hex);
}

void talk_hear(void) {
  uint8_t bytes[256];
  if (world.stalled) return;
  uint32_t count = wire_from_board(bytes, sizeof(bytes));
  for (uint32_t at = 0; at < count; at++) {
    if (bytes[at]) {
      RULE(up.length < sizeof(up.bytes) - 1u, "a sent frame is no longer than the wire's limit");
      up.bytes[up.length++] = bytes[at];
      continue;
    }
    struct said frame = {0};
    RULE(decode(up.bytes, up.length, &frame), "a sent frame has good COBS and CRC");
    up.length = 0;
    trace("  <-", &frame);
    if (frame.message >= MESSAGE_STARTED)
      events_heard(&frame);
    else
      requests_reply_heard(&frame);
  }
  if (count) RULE(up.length == 0, "frames are sent whole");
  requests_all_answered();
}

static void board_reads(const struct said *request) {
  unread = 0;
  uint8_t room = uart_free();
  requests_before();
  uint8_t polled = loop_once(world.now_ms);
  requests_after(request, room);
  if (polled) world_polled();
  RULE(fake_coils == coils_expected(), "a coil comes on only by an unlock that is accepted");
  talk_hear();
}

static void delimiter(void) {
  struct said frame;
  uint8_t good = down.length && decode(down.bytes, down.length, &frame);
  if (down.length && !good) bad++;
  if (good) trace("->", &frame);
  down.length = 0;
  if (good && frame.message == MESSAGE_ACKNOWLEDGE && world.stalled) {
    /* What was sent before is judged by what was acknowledged before. */
    world.stalled = 0;
    talk_hear();
    world.stalled = 1;
  }
  board_reads(good ? &frame : 0);
}

static void put(uint8_t byte) {
  wire_to_board(&byte, 1);
  unread++;
  if (byte == 0) {
    delimiter();
    return;
  }
  if (down.length < sizeof(down.bytes)) down.bytes[down.length++] = byte;
  if (unread == BYTES_A_ROUND) board_reads(0);
}

void talk_bytes(const uint8_t *bytes, uint32_t length) {
  while (length--) put(*bytes++);
}

static uint32_t encode(uint8_t message, uint16_t id, const void *fields, uint8_t length, uint8_t *wire) {
  uint8_t plain[BODY_BYTES_MAX];
  uint32_t end = HEADER_BYTES + length, out = 1, code = 0;
  plain[0] = message;
  plain[1] = (uint8_t)id;
  plain[2] = (uint8_t)(id >> 8);
  if (length) memcpy(plain + HEADER_BYTES, fields, length);
  uint16_t crc = crc_of(plain, end);
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
  return out;
}

void talk_frame(uint8_t message, uint16_t id, const void *fields, uint8_t length, struct noise noise) {
  uint8_t wire[FRAME_WIRE_BYTES_MAX];
  uint32_t out = encode(message, id, fields, length, wire);
  if (noise.bit) wire[noise.bit / 8u % out] ^= (uint8_t)(1u << noise.bit % 8u);
  talk_bytes(wire, out - (noise.lost < out ? noise.lost : 0u));
}

/* The zeros before it, which mean nothing, are what the steps before take. */
void talk_unlock_between(uint8_t steps, const struct message_unlock *ask) {
  static const uint8_t ZEROS[FRAME_WIRE_BYTES_MAX];
  struct said request = {.message = MESSAGE_UNLOCK, .id = 8, .length = sizeof(*ask)};
  uint8_t wire[FRAME_WIRE_BYTES_MAX];
  memcpy(request.fields, ask, sizeof(*ask));
  for (uint8_t step = 0; step < steps; step++) wire_to_board(ZEROS, sizeof(ZEROS));
  wire_to_board(wire, encode(request.message, request.id, ask, sizeof(*ask), wire));
  trace("->", &request);
  uint8_t room = uart_free();
  requests_before();
  coils_between(ask->unlock_id);
  outputs_host_heard();
  loop_once(world.now_ms);
  while (uart_pending()) loop_once(world.now_ms);
  world_polled();
  requests_after(&request, room);
  coils_between_over();
  RULE(fake_coils == coils_expected(), "a coil comes on only by an unlock that is accepted");
  talk_hear();
}
