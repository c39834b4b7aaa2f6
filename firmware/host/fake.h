/* The machine of the host build: pins, EEPROM and wire are variables that the tests look at and set. */
#ifndef FAKE_H
#define FAKE_H

#include <stdint.h>

/* The shape of the mega2560; the Makefile names another. */
#ifndef BOARD_COMPARTMENTS
#define BOARD_COMPARTMENTS 16u
#define BOARD_BUTTONS 4u
#endif
#define BOARD_KIND (BOARD_COMPARTMENTS == 16u ? BOARD_KIND_MEGA2560 : BOARD_KIND_UNO)
#define BOARD_ANALOG_SUPPLY 0u
#define BOARD_ANALOG_TEMPERATURE 1u
#define BOARD_ANALOG_REFERENCE 2u
#define ANALOG_INPUTS 3u
#define ATOMIC
#define IN_FLASH
#define EEPROM_BYTES 128u

extern uint16_t fake_coils, fake_lamps, fake_contacts;
/* Coil pins that are high whatever is written. */
extern uint16_t fake_coils_stuck;
/* Level of the tamper input; bit n: button n is pressed. */
extern uint8_t fake_tamper, fake_buttons;
/* Timer compare of the sound; 0: silence. */
extern uint16_t fake_buzzer;
extern uint8_t fake_eeprom[EEPROM_BYTES];
/* EEPROM bytes that are still written before the power fails; -1: it does not. */
extern int fake_eeprom_writes_left;
/* What becomes of the byte during which it fails; -1: it stays as it was. */
extern int fake_eeprom_torn;
/* Bytes written since the program began. */
extern uint32_t fake_eeprom_writes;
/* Looks at the EEPROM that find it busy after each write. */
extern uint8_t fake_eeprom_slow;
/* What the inputs measure, and the conversion that runs: an input, or ANALOG_INPUTS for none. */
extern uint16_t fake_analog[ANALOG_INPUTS];
extern uint8_t fake_analog_converting;
extern uint32_t fake_analog_conversions;
/* The reference reads as this in its first conversion. */
#define FAKE_ANALOG_UNSETTLED 1000u
/* Looks at a conversion before it is over; 255: it never is. */
extern uint8_t fake_analog_slow;

void board_coils_write(uint16_t on);
uint16_t board_coils_read(void);
void board_lamps_write(uint16_t on);
uint16_t board_contacts_read(void);
uint8_t board_panel_read(void);
void board_buzzer_on(uint16_t compare);
void board_buzzer_off(void);
void board_analog_start(uint8_t input);
uint8_t board_analog_busy(void);
uint16_t board_analog_result(void);
void board_analog_stop(void);
uint8_t eeprom_ready(void);
uint8_t eeprom_read(uint16_t at);
void eeprom_write(uint16_t at, uint8_t value);
uint16_t crc16_update(uint16_t crc, uint8_t byte);
void machine_interrupts_off(void);
void machine_stop(void);

#endif
