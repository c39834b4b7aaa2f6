/* Fakes of pins, timers, ADC, EEPROM and UART; the coil rules are checked at every write. */
#include "fake.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../src/uart.h"
#include "wire.h"

#define TX_ROOM 127u

uint16_t fake_coils, fake_lamps, fake_contacts, fake_coils_stuck, fake_buzzer;
uint8_t fake_tamper, fake_buttons;
uint8_t fake_eeprom[EEPROM_BYTES] = {[0 ... EEPROM_BYTES - 1] = 0xFF}; /* erased */
int fake_eeprom_writes_left = -1, fake_eeprom_torn = -1;
uint32_t fake_eeprom_writes;
uint8_t fake_eeprom_slow;
uint16_t fake_analog[ANALOG_INPUTS];
uint8_t fake_analog_converting = ANALOG_INPUTS, fake_analog_slow;
uint32_t fake_analog_conversions;

static uint8_t rx[4096], tx[1 << 20];
static uint32_t rx_in, rx_out, tx_in, tx_out;
static uint8_t eeprom_busy, analog_busy, analog_settled;

void board_coils_write(uint16_t on) {
  assert((on & (on - 1)) == 0 && "two coils together");
  assert((on & ~((1ul << BOARD_COMPARTMENTS) - 1u)) == 0 && "a coil that there is");
  fake_coils = on;
}

uint16_t board_coils_read(void) { return fake_coils | fake_coils_stuck; }
void board_lamps_write(uint16_t on) { fake_lamps = on; }
uint16_t board_contacts_read(void) { return fake_contacts; }
uint8_t board_panel_read(void) { return (uint8_t)(fake_tamper | fake_buttons << 4); }
void board_buzzer_on(uint16_t compare) { fake_buzzer = compare; }
void board_buzzer_off(void) { fake_buzzer = 0; }

void board_analog_start(uint8_t input) {
  assert(input < ANALOG_INPUTS && !analog_busy && "one conversion at a time");
  analog_settled = fake_analog_converting == input;
  fake_analog_converting = input;
  fake_analog_conversions++;
  analog_busy = fake_analog_slow;
}

uint8_t board_analog_busy(void) { return analog_busy && (analog_busy == 255u || analog_busy--); }

uint16_t board_analog_result(void) {
  assert(fake_analog_converting < ANALOG_INPUTS && !analog_busy && "a conversion that is over");
  if (fake_analog_converting == BOARD_ANALOG_REFERENCE && !analog_settled) return FAKE_ANALOG_UNSETTLED;
  return fake_analog[fake_analog_converting];
}

void board_analog_stop(void) {
  fake_analog_converting = ANALOG_INPUTS;
  analog_busy = 0;
}

uint8_t eeprom_ready(void) {
  if (!eeprom_busy) return 1;
  eeprom_busy--;
  return 0;
}

uint8_t eeprom_read(uint16_t at) {
  assert(at < EEPROM_BYTES);
  return fake_eeprom[at];
}

/* As on the board: a byte that is right already is not written, and a write waits for the one before. */
void eeprom_write(uint16_t at, uint8_t value) {
  assert(at < EEPROM_BYTES);
  if (fake_eeprom[at] == value || fake_eeprom_writes_left == 0) return;
  fake_eeprom_writes++;
  eeprom_busy = fake_eeprom_slow;
  if (fake_eeprom_writes_left > 0 && --fake_eeprom_writes_left == 0 && fake_eeprom_torn >= 0)
    value = (uint8_t)fake_eeprom_torn;
  fake_eeprom[at] = value;
}

/* Bit by bit, as the polynomial says: not the code that the AVR runs. */
uint16_t crc16_update(uint16_t crc, uint8_t byte) {
  crc ^= byte;
  for (int bit = 0; bit < 8; bit++) crc = (uint16_t)(crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1);
  return crc;
}

void machine_interrupts_off(void) {}
void machine_stop(void) { abort(); }

void uart_start(void) {}
uint8_t uart_pending(void) { return rx_in != rx_out; }

int16_t uart_read(void) {
  if (rx_in == rx_out) return -1;
  return rx[rx_out++ % sizeof(rx)];
}

uint8_t uart_free(void) { return (uint8_t)(TX_ROOM - (tx_in - tx_out)); }

void uart_place(uint8_t offset, uint8_t byte) {
  assert(offset < uart_free());
  tx[(tx_in + offset) % sizeof(tx)] = byte;
}

void uart_send(uint8_t length) {
  assert(length <= uart_free());
  tx_in += length;
}

void wire_to_board(const uint8_t *bytes, uint32_t length) {
  while (length--) rx[rx_in++ % sizeof(rx)] = *bytes++;
}

uint32_t wire_from_board(uint8_t *to, uint32_t room) {
  uint32_t length = 0;
  while (tx_out != tx_in && length < room) to[length++] = tx[tx_out++ % sizeof(tx)];
  return length;
}
