/* Fakes of pins, EEPROM and UART; the coil rules are checked at every write. */
#include "fake.h"

#include <assert.h>
#include <string.h>

#include "../src/uart.h"
#include "wire.h"

uint16_t fake_coils, fake_lamps, fake_contacts, fake_coils_stuck;
uint8_t fake_eeprom[EEPROM_BYTES] = {[0 ... EEPROM_BYTES - 1] = 0xFF}; /* erased */
int fake_eeprom_writes_left = -1;

static uint8_t rx[4096], tx[1 << 20];
static uint32_t rx_in, rx_out, tx_in, tx_out;

void board_coils_write(uint16_t on) {
  assert((on & (on - 1)) == 0 && "two coils together");
  fake_coils = on;
}

uint16_t board_coils_read(void) { return fake_coils | fake_coils_stuck; }
void board_lamps_write(uint16_t on) { fake_lamps = on; }
uint16_t board_contacts_read(void) { return fake_contacts; }
uint8_t eeprom_read(uint16_t at) { return fake_eeprom[at]; }

void eeprom_write(uint16_t at, uint8_t value) {
  if (fake_eeprom[at] == value || fake_eeprom_writes_left == 0) return;
  if (fake_eeprom_writes_left > 0) fake_eeprom_writes_left--;
  fake_eeprom[at] = value;
}

/* Bit by bit, as the polynomial says: not the code that the AVR runs. */
uint16_t crc16_update(uint16_t crc, uint8_t byte) {
  crc ^= byte;
  for (int bit = 0; bit < 8; bit++) crc = (uint16_t)(crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1);
  return crc;
}

void uart_start(void) {}
uint8_t uart_pending(void) { return rx_in != rx_out; }
int16_t uart_read(void) { return rx_in == rx_out ? -1 : rx[rx_out++ % sizeof(rx)]; }

uint8_t uart_free(void) { return (uint8_t)(255 - (tx_in - tx_out)); }

uint8_t uart_write(const uint8_t *bytes, uint8_t length) {
  if (length > uart_free()) return 0;
  while (length--) tx[tx_in++ % sizeof(tx)] = *bytes++;
  return 1;
}

void wire_to_board(const uint8_t *bytes, uint32_t length) {
  while (length--) rx[rx_in++ % sizeof(rx)] = *bytes++;
}

uint32_t wire_from_board(uint8_t *to, uint32_t room) {
  uint32_t length = 0;
  while (tx_out != tx_in && length < room) to[length++] = tx[tx_out++ % sizeof(tx)];
  return length;
}
