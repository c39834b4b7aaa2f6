/* The host's end of the wire, with a codec of its own in both directions. */
#ifndef TALK_H
#define TALK_H

#include <stdint.h>

#include "../../src/protocol.h"

struct said {
  uint8_t message;
  uint8_t length; /* of the fields */
  uint16_t id;
  uint8_t fields[FRAME_FIELDS_BYTES_MAX];
};

/* What is wrong with the next frame: a bit is flipped, or bytes are missing at its end. */
struct noise {
  uint8_t bit;  /* 0: none */
  uint8_t lost; /* bytes */
};

void talk_start(void);
void talk_bytes(const uint8_t *bytes, uint32_t length);
void talk_frame(uint8_t message, uint16_t id, const void *fields, uint8_t length, struct noise noise);
/* The loop does its round, and takes an unlock between two of its steps. */
void talk_unlock_between(uint8_t steps, const struct message_unlock *ask);
/* Takes what the board has sent, and judges it. */
void talk_hear(void);
/* Good frames and bad ones, as this end counts them since the start. */
uint16_t talk_bad_count(void);

#endif
