/* UART to the host, interrupt driven; a full transmit ring never blocks the loop. */
#include "uart.h"

#include "hardware.h"

#define RX_SIZE 128u /* two frames; the loop empties it far faster than 115200 baud fills it */
#define TX_SIZE 128u /* the longest reply, and events enough to keep the line busy for 5 ms */

static volatile uint8_t rx[RX_SIZE], rx_in, rx_out;
static volatile uint8_t tx[TX_SIZE], tx_in, tx_out;

void uart_start(void) { board_uart_start(); }

ISR(BOARD_UART_RX_vect) {
  uint8_t byte = BOARD_UART_DATA;
  uint8_t next = (uint8_t)(rx_in + 1u) % RX_SIZE;
  /* Full: the byte is lost, the frame's CRC will tell, the host sends again. */
  if (next == rx_out) return;
  rx[rx_in] = byte;
  rx_in = next;
}

ISR(BOARD_UART_EMPTY_vect) {
  if (tx_in == tx_out) {
    board_uart_empty_interrupt(0);
    return;
  }
  uint8_t out = tx_out;
  BOARD_UART_DATA = tx[out];
  tx_out = (uint8_t)(out + 1u) % TX_SIZE;
}

uint8_t uart_pending(void) { return rx_in != rx_out; }

int16_t uart_read(void) {
  if (rx_in == rx_out) return -1;
  uint8_t byte = rx[rx_out];
  rx_out = (uint8_t)(rx_out + 1u) % RX_SIZE;
  return byte;
}

uint8_t uart_free(void) { return (uint8_t)(tx_out - tx_in - 1u) % TX_SIZE; }

void uart_place(uint8_t offset, uint8_t byte) { tx[(uint8_t)(tx_in + offset) % TX_SIZE] = byte; }

void uart_send(uint8_t length) {
  ATOMIC {
    tx_in = (uint8_t)(tx_in + length) % TX_SIZE;
    board_uart_empty_interrupt(1);
  }
}
