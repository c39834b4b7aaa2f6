/* Frames: COBS between zeros, CRC-16 at the end. Layout in docs/protocol/board.md. */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>

struct frame {
  uint8_t message;
  uint16_t id;
  uint8_t length;        /* of the fields */
  const uint8_t *fields; /* valid until the next byte is fed */
};

/* Feeds one byte; returns 1 and fills `frame` when it ends a good one. */
uint8_t frame_receive(uint8_t byte, struct frame *frame);
/* Sends a frame, or drops it whole when there is no room; returns whether it went. */
uint8_t frame_send(uint8_t message, uint16_t id, const void *fields, uint8_t length);
/* Frames dropped since start; wraps. */
uint16_t frame_bad_count(void);

#endif
