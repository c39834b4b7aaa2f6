/* libFuzzer's entry: an input is a script of what host, patron, technician and power do to the board.
 *
 *   | op | operands ... | op | operands ... |     an operand that is missing at the end reads as zero
 *
 * The rules are in coils, events, inputs, kept, outputs and requests; each is judged at every millisecond. */
#include <stddef.h>
#include <string.h>

#include "../../src/event.h"
#include "coils.h"
#include "events.h"
#include "inputs.h"
#include "outputs.h"
#include "rule.h"
#include "talk.h"

#define WORDS_MAX 200u /* of an input: bounds its time beside the milliseconds */
#define LONG_MS 8u
#define FEW 8u /* unlock ids, so that they meet */
#define DRAIN_ROUNDS 64u

static const uint8_t *at, *end;
static struct noise noise; /* of the next frame */

static uint8_t next(void) { return at < end ? *at++ : 0; }

static uint16_t next_word(void) {
  uint8_t low = next();
  return (uint16_t)(low | next() << 8);
}

static void tell(uint8_t message, const void *fields, uint8_t length) {
  struct noise once = noise;
  noise = (struct noise){0};
  talk_frame(message, 7, fields, length, once);
}

static void run_short(void) { world_run(1u + next() % 64u); }

static void run_long(void) { world_run((1u + next()) * LONG_MS); }

/* Up to the end of a pulse, and some milliseconds more. */
static void run_pulse(void) {
  uint8_t more = next();
  for (uint16_t ms = 0; ms < PULSE_MS_MAX && coils_on() != NO_COIL; ms++) world_run(1);
  world_run(more & 1 ? COIL_REST_MS + (more >> 5) - 4u : more >> 5);
}

/* The first and the last values are about the limits. */
static uint16_t pulse_of(uint8_t how) {
  if (how < 4u) return (uint16_t)(PULSE_MS_MIN - 2u + how);
  if (how >= 252u) return (uint16_t)(PULSE_MS_MAX - 1u + how - 252u);
  uint16_t ms = (uint16_t)(PULSE_MS_MIN + how * 2u);
  return ms < PULSE_MS_MAX ? ms : PULSE_MS_MAX;
}

static void unlock(void) {
  uint8_t who = next(), how = next();
  struct message_unlock ask = {.unlock_id = 100u + (who >> 4) % FEW,
                               .compartment = (who & 0x0F) % BOARD_COMPARTMENTS,
                               .pulse_ms = pulse_of(how)};
  tell(MESSAGE_UNLOCK, &ask, sizeof(ask));
}

/* A new id each time. */
static void unlock_new(void) {
  uint32_t id = 1000u + (uint32_t)(end - at);
  uint8_t who = next();
  struct message_unlock ask = {
      .unlock_id = id, .compartment = who & 0x1F, .pulse_ms = who & 0x80 ? PULSE_MS_MAX : PULSE_MS_MIN};
  tell(MESSAGE_UNLOCK, &ask, sizeof(ask));
}

/* It arrives while the loop is busy with a millisecond's work. */
static void unlock_between(void) {
  uint8_t who = next(), steps = next();
  struct message_unlock ask = {.unlock_id = 100u + (who >> 4) % FEW,
                               .compartment = (who & 0x0F) % BOARD_COMPARTMENTS,
                               .pulse_ms = PULSE_MS_MIN};
  world_unlock_between(1u + steps % 12u, &ask);
}

/* A pulse and its rest: only many of them heat a coil. */
static void unlock_and_rest(void) {
  uint8_t who = next();
  struct message_unlock ask = {.unlock_id = 2000u + (uint32_t)(end - at),
                               .compartment = who & 0x03,
                               .pulse_ms = (uint16_t)(PULSE_MS_MAX - (who >> 2 & 0x0F) * 25u)};
  tell(MESSAGE_UNLOCK, &ask, sizeof(ask));
  for (uint16_t ms = 0; ms < PULSE_MS_MAX && coils_on() != NO_COIL; ms++) world_run(1);
  world_run(COIL_REST_MS);
}

static void unlock_status(void) {
  struct message_unlock_status ask = {.unlock_id = 100u + next() % FEW};
  tell(MESSAGE_UNLOCK_STATUS, &ask, sizeof(ask));
}

static void configure(void) {
  static const uint16_t SILENT_MS[] = {HOST_SILENT_MS_MAX, HOST_SILENT_MS_MIN, 1000, 3000};
  static const uint16_t WAIT_MS[] = {200, 0, 1000, OPEN_WAIT_MS_MAX};
  static const uint8_t DEBOUNCE_MS[] = {5, 1, 20, DEBOUNCE_MS_MAX};
  uint8_t how = next();
  struct message_configure ask = {.host_silent_ms = SILENT_MS[how & 3],
                                  .open_wait_ms = WAIT_MS[how >> 2 & 3],
                                  .debounce_ms = DEBOUNCE_MS[how >> 4 & 3],
                                  .contact_open_level = !(how & 0x40),
                                  .tamper_open_level = !(how & 0x80)};
  tell(MESSAGE_CONFIGURE, &ask, sizeof(ask));
}

/* One field at a limit, or just beyond. */
static void configure_edge(void) {
  struct message_configure ask = {
      .host_silent_ms = 1000, .open_wait_ms = 200, .debounce_ms = 5, .contact_open_level = 1, .tamper_open_level = 1};
  uint8_t which = next(), beyond = which & 1;
  switch (which >> 1 & 7) {
    case 0: ask.host_silent_ms = (uint16_t)(HOST_SILENT_MS_MIN - beyond); break;
    case 1: ask.host_silent_ms = (uint16_t)(HOST_SILENT_MS_MAX + beyond); break;
    case 2: ask.open_wait_ms = (uint16_t)(OPEN_WAIT_MS_MAX + beyond); break;
    case 3: ask.debounce_ms = (uint8_t)(1u - beyond); break;
    case 4: ask.debounce_ms = (uint8_t)(DEBOUNCE_MS_MAX + beyond); break;
    case 5: ask.contact_open_level = (uint8_t)(1u + beyond); break;
    default: ask.tamper_open_level = (uint8_t)(1u + beyond); break;
  }
  tell(MESSAGE_CONFIGURE, &ask, sizeof(ask));
}

static void heartbeat(void) { tell(MESSAGE_HEARTBEAT, 0, 0); }

static void identify(void) { tell(MESSAGE_IDENTIFY, 0, 0); }

/* What was heard, or a few numbers less, or more; or of another boot. */
static void acknowledge(void) {
  uint8_t less = next();
  struct message_acknowledge ask = {.boot = (uint16_t)(events_boot() + (less >> 6 & 1u)),
                                    .up_to = (uint16_t)(events_newest() - less % 16u + less / 128u * 8u)};
  tell(MESSAGE_ACKNOWLEDGE, &ask, sizeof(ask));
}

static void set_lamp(void) {
  uint8_t which = next(), how = next();
  struct message_set_lamp ask = {.compartment = which & 0x1F, .mode = which >> 5};
  if (ask.mode == LAMP_DIM || how & 0x80) ask.level = how % (LAMP_LEVEL_MAX + 2u);
  tell(MESSAGE_SET_LAMP, &ask, sizeof(ask));
}

/* About the limits of both fields. */
static void sound(void) {
  static const uint16_t HZ[] = {440, 0, SOUND_HZ_MIN, SOUND_HZ_MIN - 1u, SOUND_HZ_MAX, SOUND_HZ_MAX + 1u, 1, 0xFFFF};
  static const uint16_t MS[] = {10, 0, 1, 100, 500, SOUND_MS_MAX, SOUND_MS_MAX + 1u, 0xFFFF};
  uint8_t how = next();
  struct message_sound ask = {.frequency_hz = HZ[how & 7u], .duration_ms = MS[how >> 3 & 7u]};
  tell(MESSAGE_SOUND, &ask, sizeof(ask));
}

/* So many characters of so many kinds; a few are none. */
static void provision(void) {
  uint8_t length = next(), first = next();
  struct message_provision ask = {.serial_number = {0}};
  for (uint8_t index = 0; index < length % 9u; index++) ask.serial_number[index] = (uint8_t)(first + index);
  if (length & 0x80) ask.serial_number[length >> 4 & 7u] = 0;
  tell(MESSAGE_PROVISION, &ask, sizeof(ask));
}

/* Any message with any fields, of any length: only the frame around them is honest. */
static void any_frame(void) {
  uint8_t message = next(), length = next() % (FRAME_FIELDS_BYTES_MAX + 1u), fields[FRAME_FIELDS_BYTES_MAX];
  for (uint8_t index = 0; index < length; index++) fields[index] = next();
  tell(message, fields, length);
}

static void any_bytes(void) {
  uint8_t length = next() % (2u * FRAME_WIRE_BYTES_MAX), bytes[2u * FRAME_WIRE_BYTES_MAX];
  for (uint8_t index = 0; index < length; index++) bytes[index] = next();
  talk_bytes(bytes, length);
}

static void hurt_next_frame(void) {
  noise.bit = next();
  noise.lost = next() % 16u;
}

static void contact(void) {
  uint8_t which = next();
  fake_contacts ^= (uint16_t)(1u << which % BOARD_COMPARTMENTS);
}

static void contacts(void) { fake_contacts = next_word(); }

static void tamper(void) { fake_tamper = !fake_tamper; }

static void buttons(void) { fake_buttons ^= (uint8_t)(1u << next() % BOARD_BUTTONS); }

static void analog(void) {
  uint8_t which = next();
  fake_analog_slow = which >> 4;
  world_analog(which % ANALOG_INPUTS, next());
}

static void bounce(void) {
  uint8_t which = next();
  for (uint8_t times = which >> 4; times; times--) {
    fake_contacts ^= (uint16_t)(1u << which % BOARD_COMPARTMENTS);
    world_run(1);
  }
}

static void stuck(void) {
  uint8_t which = next();
  world_stuck(which & 0x80 ? (uint16_t)(1u << which % BOARD_COMPARTMENTS) : 0);
}

static void reset(void) {
  uint8_t cause = next();
  world_reset(cause & 0x0F, (cause & RESET_POWER_ON) && (cause & 0x10));
}

static void power_cut(void) {
  uint8_t writes = next();
  if (writes & 0x80)
    world_power_cut_at_start(writes % 8u, next());
  else
    world_power_cut(writes % 24u, next());
}

static void aged(void) {
  uint8_t how = next();
  world_aged(how & 3u, (uint8_t)((how & 0x10 ? 0xFEu : 0x7Eu) + (how >> 2 & 3u)));
}

static void eeprom_slow(void) { fake_eeprom_slow = next() % 8u; }

static void hurt_eeprom(void) {
  uint8_t where = next() % EEPROM_BYTES;
  fake_eeprom[where] = next();
  world.eeprom_hurt = 1;
}

static void stall(void) {
  world.stalled = !world.stalled;
  talk_hear();
}

static void be_late(void) { world.late_ms = next() % 64u; }

#define OP(name) {#name, name}

#define OPS 64u

/* The alphabet of the corpus: a new word takes the place of a repeated one, at the end, and all others stay. */
static const struct {
  const char *name;
  void (*run)(void);
} WORDS[] = {
    OP(run_short), OP(run_long), OP(run_pulse), OP(unlock), OP(unlock_new), OP(unlock_and_rest), OP(unlock_status),
    OP(configure), OP(configure_edge), OP(heartbeat), OP(identify), OP(acknowledge), OP(set_lamp), OP(sound),
    OP(provision), OP(any_frame), OP(any_bytes), OP(hurt_next_frame), OP(contact), OP(contacts), OP(tamper),
    OP(buttons), OP(analog), OP(bounce), OP(stuck), OP(reset), OP(power_cut), OP(hurt_eeprom), OP(eeprom_slow),
    OP(aged), OP(stall), OP(be_late), OP(run_short), OP(run_long), OP(run_pulse), OP(run_pulse), OP(unlock),
    OP(unlock), OP(unlock_new), OP(unlock_and_rest), OP(configure), OP(configure), OP(heartbeat), OP(heartbeat),
    OP(acknowledge), OP(acknowledge), OP(contact), OP(contact), OP(reset), OP(any_frame), OP(power_cut),
    OP(provision), OP(bounce), OP(unlock_status), OP(sound), OP(set_lamp), OP(buttons), OP(tamper), OP(contacts),
    OP(be_late), OP(stall), OP(unlock_between),
    OP(run_short), OP(acknowledge),
};

_Static_assert(sizeof(WORDS) / sizeof(WORDS[0]) == OPS, "the alphabet is full");

/* A host that is there takes what is kept: then all was told, and the last told is true. */
static void drain(void) {
  world.stalled = 0;
  world.late_ms = 0;
  world_stuck(0);
  noise = (struct noise){0};
  talk_hear();
  talk_bytes((const uint8_t *)"", 1);
  for (uint32_t round = 0; round < DRAIN_ROUNDS; round++) {
    world_spare_ms();
    struct message_acknowledge ask = {.boot = events_boot(), .up_to = events_newest()};
    tell(MESSAGE_ACKNOWLEDGE, &ask, sizeof(ask));
    if (event_kept_count() == 0) break;
  }
  RULE(event_kept_count() == 0, "a host that acknowledges gets everything");
  heartbeat();
  coils_all_told();
  inputs_all_told();
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  world_trace = getenv("FUZZ_TRACE") != 0;
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  at = data;
  end = data + size;
  noise = (struct noise){0};
  world_begin();
  for (uint32_t ops = 0; ops < WORDS_MAX && at < end && !world.unsure; ops++) {
    uint8_t op = next() % OPS;
    TRACE("%s %02x %02x", WORDS[op].name, at < end ? at[0] : 0u, at + 1 < end ? at[1] : 0u);
    WORDS[op].run();
  }
  if (!world.unsure) drain();
  return 0;
}
