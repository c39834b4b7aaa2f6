/* Events as the host hears them: their numbers, their order, and that none goes missing. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdint.h>

#include "talk.h"

void events_start(void);
/* Another board, with boots of its own, takes this one's place. */
void events_forget_boots(void);
void events_heard(const struct said *event);
void events_acknowledged(uint16_t boot, uint16_t up_to);
/* After each round of the loop, so long after the one before. */
void events_polled(uint32_t since_ms);
/* The board named its boot. */
void events_boot_told(uint16_t boot);
/* 0 until it was told. */
uint16_t events_boot(void);
/* The newest number that was heard. */
uint16_t events_newest(void);
/* The newest number that the host acknowledged. */
uint16_t events_acknowledged_up_to(void);

#endif
