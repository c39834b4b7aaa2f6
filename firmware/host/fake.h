/* The machine of the host build: pins, EEPROM and wire are variables that the tests look at and set. */
#ifndef FAKE_H
#define FAKE_H

#include <stdint.h>

#define BOARD_COMPARTMENTS 16u
#define ATOMIC
#define EEPROM_BYTES 64u

extern uint16_t fake_coils, fake_lamps, fake_contacts;
/* Coil pins that are high whatever is written. */
extern uint16_t fake_coils_stuck;
extern uint8_t fake_eeprom[EEPROM_BYTES];
/* EEPROM bytes that are still written before the power fails; -1: it does not. */
extern int fake_eeprom_writes_left;

void board_coils_write(uint16_t on);
uint16_t board_coils_read(void);
void board_lamps_write(uint16_t on);
uint16_t board_contacts_read(void);
uint8_t eeprom_read(uint16_t at);
void eeprom_write(uint16_t at, uint8_t value);
uint16_t crc16_update(uint16_t crc, uint8_t byte);

#endif
