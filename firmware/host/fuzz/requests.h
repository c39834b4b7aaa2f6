/* Each request is answered once, in order, as its fields and the board's state ask. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include <stdint.h>

#include "talk.h"

void requests_start(void);
void requests_before(void);
/* The board has read up to the end of a frame, good (then it is given) or not; `room` for what it sends. */
void requests_after(const struct said *request, uint8_t room);
void requests_reply_heard(const struct said *reply);
/* The line is empty: nothing is owed any more. */
void requests_all_answered(void);

#endif
