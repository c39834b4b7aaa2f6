/* Messages between the controller and a locker board.
 * Generated from protocol/board/messages.ts by "npm run generate": do not edit. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdint.h>

#define PROTOCOL_VERSION 1u
#define PROTOCOL_TABLE_HASH 0x86d88d01ul

#define FRAME_WIRE_BYTES_MAX 64u
#define FRAME_FIELDS_BYTES_MAX 57u
#define PULSE_MS_MAX 500u
#define PULSE_MS_MIN 20u
#define OPEN_WAIT_MS_MAX 5000u
#define COIL_REST_MS 500u
#define COIL_HEAT_MS_MAX 2000u
#define COIL_COOL_MS 10u
#define HOST_SILENT_MS_MIN 500u
#define HOST_SILENT_MS_MAX 60000u
#define DEBOUNCE_MS_MAX 200u
#define EVENTS_KEPT 32u
#define EVENT_RESEND_MS 250u
#define COMPARTMENTS_MAX 16u
#define BUTTONS_MAX 4u
#define LAMP_LEVEL_MAX 8u
#define SOUND_HZ_MIN 100u
#define SOUND_HZ_MAX 5000u
#define SOUND_MS_MAX 2000u

#define MESSAGE_IDENTIFY 0x01u
#define MESSAGE_IDENTITY 0x81u
#define MESSAGE_CONFIGURE 0x02u
#define MESSAGE_CONFIGURED 0x82u
#define MESSAGE_UNLOCK 0x03u
#define MESSAGE_UNLOCK_STATUS 0x04u
#define MESSAGE_UNLOCK_STATE 0x83u
#define MESSAGE_SET_LAMP 0x05u
#define MESSAGE_SOUND 0x08u
#define MESSAGE_PROVISION 0x09u
#define MESSAGE_DONE 0x85u
#define MESSAGE_HEARTBEAT 0x06u
#define MESSAGE_STATUS 0x86u
#define MESSAGE_ACKNOWLEDGE 0x07u
#define MESSAGE_ERROR 0x8fu
#define MESSAGE_STARTED 0xc1u
#define MESSAGE_DOOR_MOVED 0xc2u
#define MESSAGE_UNLOCK_ENDED 0xc3u
#define MESSAGE_TAMPER_MOVED 0xc5u
#define MESSAGE_BUTTON_MOVED 0xc6u
#define MESSAGE_FAULT 0xc4u

#define UNLOCK_UNKNOWN_ID 0u
#define UNLOCK_PULSING 1u
#define UNLOCK_WAITING 2u
#define UNLOCK_OPENED 3u
#define UNLOCK_NOT_OPENED 4u
#define UNLOCK_REFUSED_BUSY 5u
#define UNLOCK_REFUSED_RESTING 6u
#define UNLOCK_REFUSED_RANGE 7u
#define UNLOCK_CUT_SHORT 8u
#define UNLOCK_REFUSED_HOT 9u

#define BOARD_KIND_MEGA2560 1u
#define BOARD_KIND_UNO 2u

#define LAMP_OFF 0u
#define LAMP_ON 1u
#define LAMP_BLINK 2u
#define LAMP_BREATHE 3u
#define LAMP_DIM 4u

#define RESET_POWER_ON 1u
#define RESET_EXTERNAL 2u
#define RESET_BROWN_OUT 4u
#define RESET_WATCHDOG 8u

#define SAFE_NONE 0u
#define SAFE_STARTED 1u
#define SAFE_HOST_SILENT 2u
#define SAFE_WATCHDOG 3u
#define SAFE_BROWN_OUT 4u
#define SAFE_ASSERTION 5u

#define ERROR_UNKNOWN_MESSAGE 1u
#define ERROR_WRONG_LENGTH 2u
#define ERROR_VALUE_OUT_OF_RANGE 3u
#define ERROR_NOT_CONFIGURED 4u

#define FAULT_EVENTS_MERGED 1u
#define FAULT_COIL_TOO_LONG 2u
#define FAULT_SETTINGS_LOST 3u

/* identify has no fields: Who are you? Fixed for ever. */

/* Answer to `identify`. Fixed for ever; later versions may only append. */
struct message_identity {
  uint8_t protocol_min; /* lowest protocol version the firmware speaks */
  uint8_t protocol_max; /* highest protocol version the firmware speaks */
  uint8_t version_major; /* firmware version */
  uint8_t version_minor; /* firmware version */
  uint8_t version_patch; /* firmware version */
  uint32_t table_hash; /* CRC-32 of the canonical message table */
  uint8_t compartments; /* doors this board drives */
  uint16_t pulse_ms_max; /* the board cuts every pulse here */
  uint8_t serial_number[8]; /* ASCII, zero padded; all 0xFF when never set */
  uint16_t boot; /* starts counted in EEPROM; events are numbered within one boot */
  uint8_t reset_cause; /* bits of RESET_CAUSES */
  uint8_t kind; /* BOARD_KINDS: which hex belongs on it */
  uint8_t buttons; /* panel buttons this board has */
} __attribute__((packed));
_Static_assert(sizeof(struct message_identity) == 25, "identity must have no padding");

/* Timing and polarity; kept in EEPROM. The board clamps nothing: a value out of range is an `error`. */
struct message_configure {
  uint16_t host_silent_ms; /* all off when no valid frame came for this long; ms */
  uint16_t open_wait_ms; /* after the pulse, how long to wait for the door; ms */
  uint8_t debounce_ms; /* a contact must be stable this long; ms */
  uint8_t contact_open_level; /* 1: contact input high means open (cable cut reads open); 0: low means open */
  uint8_t tamper_open_level; /* the same for the tamper input */
} __attribute__((packed));
_Static_assert(sizeof(struct message_configure) == 7, "configure must have no padding");

/* configured has no fields: The settings are in force. */

/* Pulse one coil. The same `unlockId` again never pulses again while the board remembers it, which is until the next unlock of that compartment: it answers how the first one stands. */
struct message_unlock {
  uint32_t unlock_id; /* journal sequence of the entry that is the cause */
  uint8_t compartment; /* 0 ... compartments - 1 */
  uint16_t pulse_ms; /* coil on time; ms */
} __attribute__((packed));
_Static_assert(sizeof(struct message_unlock) == 7, "unlock must have no padding");

/* How does that unlock stand? Never pulses. */
struct message_unlock_status {
  uint32_t unlock_id; /* as in `unlock` */
} __attribute__((packed));
_Static_assert(sizeof(struct message_unlock_status) == 4, "unlockStatus must have no padding");

/* State of one unlock; the board remembers the last one of each compartment. */
struct message_unlock_state {
  uint32_t unlock_id; /* as asked */
  uint8_t compartment; /* 0xFF when the id is unknown */
  uint8_t state; /* UNLOCK_STATES */
} __attribute__((packed));
_Static_assert(sizeof(struct message_unlock_state) == 6, "unlockState must have no padding");

/* Lamp of one compartment. */
struct message_set_lamp {
  uint8_t compartment; /* 0 ... compartments - 1 */
  uint8_t mode; /* LAMP_MODES */
  uint8_t level; /* brightness in mode `dim`, 0 ... 8 eighths; of no meaning in the others */
} __attribute__((packed));
_Static_assert(sizeof(struct message_set_lamp) == 3, "setLamp must have no padding");

/* Buzzer. A new sound replaces the one that is heard. */
struct message_sound {
  uint16_t frequency_hz; /* 0: silence; Hz */
  uint16_t duration_ms; /* 0 ... 2000; ms */
} __attribute__((packed));
_Static_assert(sizeof(struct message_sound) == 4, "sound must have no padding");

/* Gives the board its serial number; kept in EEPROM. `status.settingsPending` tells when it is there. */
struct message_provision {
  uint8_t serial_number[8]; /* 1 to 8 printable ASCII characters, zero padded */
} __attribute__((packed));
_Static_assert(sizeof(struct message_provision) == 8, "provision must have no padding");

/* done has no fields: Carried out. */

/* heartbeat has no fields: Keeps the board out of the host-silent state and asks for the truth about every door. */

/* All doors, debounced. */
struct message_status {
  uint32_t uptime_ms; /* since this boot; wraps */
  uint16_t boot; /* as in `identity` */
  uint16_t doors_open; /* bit n: door n is open */
  uint16_t doors_known; /* bit n: contact n has been stable since start */
  uint8_t coil; /* coil that is on, 0xFF for none */
  uint8_t safe_reason; /* SAFE_REASONS: why outputs were last forced off */
  uint16_t frames_bad; /* frames dropped since boot; wraps */
  uint8_t events_kept; /* events not yet acknowledged */
  uint8_t inputs; /* bit 0: tamper open; bit 1: tamper known; bit 4 + n: button n pressed */
  uint8_t settings_pending; /* 1: settings are still being written to EEPROM */
  uint16_t supply; /* supply input, 10 bits of the board’s own voltage; 0 until measured */
  uint16_t temperature; /* temperature input, 10 bits of the board’s own voltage; 0 until measured */
  uint16_t reference; /* 1.1 V reference, 10 bits of the board’s own voltage: that is 1126.4 / reference V */
} __attribute__((packed));
_Static_assert(sizeof(struct message_status) == 23, "status must have no padding");

/* Events of `boot` up to and including `upTo` are stored by the controller. Has no reply. */
struct message_acknowledge {
  uint16_t boot; /* of the events */
  uint16_t up_to; /* event number */
} __attribute__((packed));
_Static_assert(sizeof(struct message_acknowledge) == 4, "acknowledge must have no padding");

/* The request was not carried out. */
struct message_error {
  uint8_t message; /* number of the request */
  uint8_t code; /* ERROR_CODES */
} __attribute__((packed));
_Static_assert(sizeof(struct message_error) == 2, "error must have no padding");

/* First event of every boot, number 1. */
struct message_started {
  uint16_t boot; /* as in `identity` */
  uint16_t previous; /* number of the kept event before this one; 0 when it is the oldest kept */
  uint8_t reset_cause; /* bits of RESET_CAUSES */
  uint8_t safe_reason; /* SAFE_REASONS: told again after the reset */
} __attribute__((packed));
_Static_assert(sizeof(struct message_started) == 6, "started must have no padding");

/* A debounced contact changed. */
struct message_door_moved {
  uint16_t boot; /* as in `identity` */
  uint16_t previous; /* number of the kept event before this one; 0 when it is the oldest kept */
  uint8_t compartment; /* 0 ... compartments - 1 */
  uint8_t open; /* 1 open, 0 closed */
  uint32_t uptime_ms; /* when it was settled */
} __attribute__((packed));
_Static_assert(sizeof(struct message_door_moved) == 10, "doorMoved must have no padding");

/* An unlock came to its end: opened, notOpened or cutShort. */
struct message_unlock_ended {
  uint16_t boot; /* as in `identity` */
  uint16_t previous; /* number of the kept event before this one; 0 when it is the oldest kept */
  uint32_t unlock_id; /* as in `unlock` */
  uint8_t compartment; /* 0 ... compartments - 1 */
  uint8_t state; /* UNLOCK_STATES */
  uint16_t pulse_ms; /* how long the coil was really on; ms */
} __attribute__((packed));
_Static_assert(sizeof(struct message_unlock_ended) == 12, "unlockEnded must have no padding");

/* The debounced tamper input changed: the cabinet’s housing was opened or shut. */
struct message_tamper_moved {
  uint16_t boot; /* as in `identity` */
  uint16_t previous; /* number of the kept event before this one; 0 when it is the oldest kept */
  uint8_t open; /* 1 open, 0 closed */
  uint32_t uptime_ms; /* when it was settled */
} __attribute__((packed));
_Static_assert(sizeof(struct message_tamper_moved) == 9, "tamperMoved must have no padding");

/* A debounced panel button changed. */
struct message_button_moved {
  uint16_t boot; /* as in `identity` */
  uint16_t previous; /* number of the kept event before this one; 0 when it is the oldest kept */
  uint8_t button; /* 0 ... buttons - 1 */
  uint8_t pressed; /* 1 pressed, 0 released */
  uint32_t uptime_ms; /* when it was settled */
} __attribute__((packed));
_Static_assert(sizeof(struct message_button_moved) == 10, "buttonMoved must have no padding");

/* Something a technician should know. */
struct message_fault {
  uint16_t boot; /* as in `identity` */
  uint16_t previous; /* number of the kept event before this one; 0 when it is the oldest kept */
  uint8_t code; /* FAULT_CODES */
  uint16_t detail; /* by code */
} __attribute__((packed));
_Static_assert(sizeof(struct message_fault) == 7, "fault must have no padding");

#endif
