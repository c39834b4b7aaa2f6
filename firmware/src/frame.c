/* COBS and CRC, streaming: noise costs at most the frames it touches, and never memory. */
#include "frame.h"

#include <string.h>

#include "hardware.h"
#include "protocol.h"
#include "uart.h"

#define CRC_START 0xFFFFu
#define HEADER_BYTES 3u
#define CRC_BYTES 2u
#define BODY_BYTES_MAX (HEADER_BYTES + FRAME_FIELDS_BYTES_MAX + CRC_BYTES)

static uint8_t body[BODY_BYTES_MAX];
static uint8_t body_length;
static uint8_t block_left; /* bytes until the next COBS code */
static uint8_t zero_due;   /* the block that ends here stood for a zero */
static uint8_t spoilt;     /* skip to the next delimiter */
static uint8_t begun;
static uint16_t bad_count;

uint16_t frame_bad_count(void) { return bad_count; }

static void restart(void) {
  body_length = block_left = zero_due = spoilt = begun = 0;
}

static void take(uint8_t byte) {
  if (body_length == BODY_BYTES_MAX)
    spoilt = 1;
  else
    body[body_length++] = byte;
}

static uint16_t crc_of(const uint8_t *bytes, uint8_t length) {
  uint16_t crc = CRC_START;
  while (length--) crc = crc16_update(crc, *bytes++);
  return crc;
}

static uint8_t body_good(void) {
  if (spoilt || block_left || body_length < HEADER_BYTES + CRC_BYTES) return 0;
  uint8_t end = (uint8_t)(body_length - CRC_BYTES);
  uint16_t sent = (uint16_t)(body[end] | ((uint16_t)body[end + 1u] << 8));
  return sent == crc_of(body, end);
}

static uint8_t finish(struct frame *frame) {
  uint8_t good = begun && body_good();
  if (begun && !good) bad_count++;
  frame->message = body[0];
  frame->id = (uint16_t)(body[1] | ((uint16_t)body[2] << 8));
  frame->length = (uint8_t)(body_length - HEADER_BYTES - CRC_BYTES);
  frame->fields = body + HEADER_BYTES;
  restart();
  return good;
}

uint8_t frame_receive(uint8_t byte, struct frame *frame) {
  if (byte == 0) return finish(frame);
  begun = 1;
  if (spoilt) return 0;
  if (block_left) {
    block_left--;
    take(byte);
    return 0;
  }
  /* A code. The zero before it is due only now that more follows. */
  if (zero_due) take(0);
  block_left = (uint8_t)(byte - 1u);
  zero_due = 1;
  return 0;
}

static uint8_t stuff(const uint8_t *from, uint8_t length, uint8_t *to) {
  uint8_t *code = to, *at = to + 1;
  while (length--) {
    if (*from) {
      *at++ = *from;
    } else {
      *code = (uint8_t)(at - code);
      code = at++;
    }
    from++;
  }
  *code = (uint8_t)(at - code);
  *at++ = 0;
  return (uint8_t)(at - to);
}

uint8_t frame_send(uint8_t message, uint16_t id, const void *fields, uint8_t length) {
  uint8_t plain[BODY_BYTES_MAX], wire[FRAME_WIRE_BYTES_MAX];
  plain[0] = message;
  plain[1] = (uint8_t)id;
  plain[2] = (uint8_t)(id >> 8);
  if (length) memcpy(plain + HEADER_BYTES, fields, length);
  uint8_t end = (uint8_t)(HEADER_BYTES + length);
  uint16_t crc = crc_of(plain, end);
  plain[end] = (uint8_t)crc;
  plain[end + 1u] = (uint8_t)(crc >> 8);
  return uart_write(wire, stuff(plain, (uint8_t)(end + CRC_BYTES), wire));
}
