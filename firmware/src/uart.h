/* Bytes to and from the host through two rings. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

void uart_start(void);
/* The next received byte, or -1. */
int16_t uart_read(void);
uint8_t uart_pending(void);
/* Bytes that the transmit ring still takes. */
uint8_t uart_free(void);
/* Writes the byte that stands `offset` behind the last one sent, below uart_free; it waits there for uart_send. */
void uart_place(uint8_t offset, uint8_t byte);
/* Sends so many of the bytes that were placed. */
void uart_send(uint8_t length);

#endif
