/* COBS and CRC, streaming in both directions: noise costs at most the frames it touches, and never memory; a frame is
 * written where the transmitter reads it. */
#include "frame.h"

#include "hardware.h"
#include "protocol.h"
#include "uart.h"

#define CRC_START 0xFFFFu
#define HEADER_BYTES 3u
#define CRC_BYTES 2u
#define BODY_BYTES_MAX (HEADER_BYTES + FRAME_FIELDS_BYTES_MAX + CRC_BYTES)

static uint8_t body[BODY_BYTES_MAX];
static uint8_t body_length;
static uint16_t body_crc = CRC_START; /* over its CRC as well: 0 when it is good */
static uint8_t block_left; /* bytes until the next COBS code */
static uint8_t zero_due;   /* the block that ends here stood for a zero */
static uint8_t spoilt;     /* skip to the next delimiter */
static uint8_t begun;
static uint16_t bad_count;

static void restart(void) {
  body_length = block_left = zero_due = spoilt = begun = 0;
  body_crc = CRC_START;
}

uint16_t frame_bad_count(void) { return bad_count; }

static void take(uint8_t byte) {
  if (body_length == BODY_BYTES_MAX) {
    spoilt = 1;
    return;
  }
  body[body_length++] = byte;
  body_crc = crc16_update(body_crc, byte);
}

static uint8_t body_good(void) {
  return !spoilt && !block_left && body_length >= HEADER_BYTES + CRC_BYTES && body_crc == 0;
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

/* A frame that is being written to the transmitter: `code_at` is the COBS code of the block that is open. */
struct writer {
  uint16_t crc;
  uint8_t at, code_at;
};

static inline void put(struct writer *to, uint8_t byte) {
  to->crc = crc16_update(to->crc, byte);
  if (byte) {
    uart_place(to->at++, byte);
    return;
  }
  uart_place(to->code_at, (uint8_t)(to->at - to->code_at));
  to->code_at = to->at++;
}

static FLATTENED void put_bytes(struct writer *to, const uint8_t *bytes, uint8_t length) {
  struct writer now = *to;
  while (length--) put(&now, *bytes++);
  *to = now;
}

uint8_t frame_send(uint8_t message, uint16_t id, const void *fields, uint8_t length) {
  /* Code, delimiter and what is between them; no block is ever full, so no code is added. */
  if (uart_free() < HEADER_BYTES + length + CRC_BYTES + 2u) return 0;
  struct writer to = {.crc = CRC_START, .at = 1, .code_at = 0};
  const uint8_t header[HEADER_BYTES] = {message, (uint8_t)id, (uint8_t)(id >> 8)};
  put_bytes(&to, header, HEADER_BYTES);
  put_bytes(&to, fields, length);
  const uint8_t crc[CRC_BYTES] = {(uint8_t)to.crc, (uint8_t)(to.crc >> 8)};
  put_bytes(&to, crc, CRC_BYTES);
  uart_place(to.code_at, (uint8_t)(to.at - to.code_at));
  uart_place(to.at, 0);
  uart_send((uint8_t)(to.at + 1u));
  return 1;
}
