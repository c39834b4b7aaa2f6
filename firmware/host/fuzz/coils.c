/* One coil at a time, as long as asked, with rest, within its duty; each unlock once, with one end. */
#include "coils.h"

#include "events.h"
#include "inputs.h"
#include "rule.h"

#define COIL_REST_SLACK 4u /* rounds that the board may rest a coil longer */
#define HEAT_MAX (COIL_HEAT_MS_MAX * COIL_COOL_MS)
#define HEAT_SLACK (HEAT_MAX / 50u) /* the board may count up to 2 % too much, never too little */
#define ACCEPTED_MAX 512u /* an input's time has no room for more */
#define ENDS_NEVER_REFUSED 4u /* fewer ends that the host has not acknowledged refuse no unlock */
#define STATE(name) ((uint16_t)(1u << (name)))

enum course { NEVER, ON, FOLLOW_UP, WAIT, ENDED };

struct unlock {
  uint32_t id;
  uint32_t until_ms;
  uint16_t pulse_ms, on_ms, accepted; /* index */
  uint8_t course, state, opened;
  uint8_t vague; /* its first round may have been the one before */
};

/* Over a reset, unless the power was away. */
struct coil {
  uint32_t heat, heat_ms; /* 1/COIL_COOL_MS of a ms on; when it was brought up to date */
};

struct accepted {
  uint32_t id;
  uint16_t on_ms;
  uint16_t number; /* of the event that told its end; 0: not yet */
  uint8_t compartment, state;
};

static struct unlock unlocks[BOARD_COMPARTMENTS];
static struct coil coils[BOARD_COMPARTMENTS];
static struct { uint32_t ms, polls; uint8_t pulsed; } rested[BOARD_COMPARTMENTS]; /* since the last pulse */
static struct accepted accepted[ACCEPTED_MAX];
static uint16_t accepted_count;
static uint16_t open_wait_ms;
static uint8_t on, following; /* the compartment, or NO_COIL */
static struct {
  uint16_t states;
  uint8_t now, busy;
} between;
static uint16_t under_way;    /* bit n: the unlock of n has not ended */

void coils_start(uint8_t power_on) {
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) {
    unlocks[index].course = NEVER;
    rested[index].pulsed = 0;
    if (power_on) coils[index].heat = 0;
  }
  accepted_count = 0;
  on = following = NO_COIL;
  under_way = 0;
}

void coils_configured(uint16_t wait_ms) { open_wait_ms = wait_ms; }

uint16_t coils_expected(void) { return on == NO_COIL ? 0 : (uint16_t)(1u << on); }

uint8_t coils_on(void) { return on; }

static uint32_t heat_now(uint8_t index) {
  struct coil *coil = &coils[index];
  uint32_t cooled = world.total_ms - coil->heat_ms;
  coil->heat = coil->heat > cooled ? coil->heat - cooled : 0;
  coil->heat_ms = world.total_ms;
  return coil->heat;
}

void coils_ticked(void) {
  RULE((fake_coils & (fake_coils - 1u)) == 0, "never two coils together");
  if (on != NO_COIL) {
    struct unlock *unlock = &unlocks[on];
    coils[on].heat += COIL_COOL_MS;
    coils[on].heat_ms = world.total_ms;
    RULE(coils[on].heat <= HEAT_MAX, "a coil's on time stays within its duty");
    unlock->on_ms++;
    if (unlock->on_ms == unlock->pulse_ms) {
      unlock->course = FOLLOW_UP;
      rested[on].ms = world.total_ms;
      rested[on].polls = world.polls;
      rested[on].pulsed = 1;
      on = NO_COIL;
    }
  }
  RULE((fake_coils & ~coils_expected()) == 0, "a coil is on no longer than asked");
  RULE(fake_coils == coils_expected(), "a coil is on as long as asked");
}

static void end(uint8_t index, uint8_t state) {
  struct unlock *unlock = &unlocks[index];
  unlock->course = ENDED;
  unlock->state = state;
  under_way &= (uint16_t)~(1u << index);
  accepted[unlock->accepted].state = state;
  accepted[unlock->accepted].on_ms = unlock->on_ms;
}

static void follow_up(uint8_t forced_off) {
  uint8_t index = following;
  if (index == NO_COIL) return;
  struct unlock *unlock = &unlocks[index];
  if (unlock->course == ON && !forced_off) return;
  following = NO_COIL;
  if (unlock->course == ON) {
    rested[index].ms = world.total_ms;
    rested[index].polls = world.polls;
    rested[index].pulsed = 1;
    on = NO_COIL;
    end(index, UNLOCK_CUT_SHORT);
    return;
  }
  unlock->course = WAIT;
  unlock->until_ms = world.now_ms + open_wait_ms;
}

void coils_polled(uint8_t forced_off) {
  uint16_t open = inputs_doors_open() & inputs_doors_known();
  if (following != NO_COIL) follow_up(0);
  for (uint8_t index = 0; under_way >> index; index++) {
    struct unlock *unlock = &unlocks[index];
    if (!(under_way & (1u << index))) continue;
    if (open & (1u << index)) unlock->opened = 1;
    if (unlock->vague && !unlock->opened) world.unsure = 1;
    unlock->vague = 0;
    if (unlock->course != WAIT) continue;
    if (unlock->opened)
      end(index, UNLOCK_OPENED);
    else if ((int32_t)(world.now_ms - unlock->until_ms) >= 0)
      end(index, UNLOCK_NOT_OPENED);
  }
  if (!forced_off) return;
  follow_up(1);
  RULE(fake_coils == 0, "a silent host: no coil is on");
}

static uint8_t state_of(const struct unlock *unlock) {
  if (unlock->course == ENDED) return unlock->state;
  return unlock->course == WAIT ? UNLOCK_WAITING : UNLOCK_PULSING;
}

uint16_t coils_status(uint32_t unlock_id, uint8_t *compartment) {
  *compartment = 0xFF;
  for (uint8_t index = 0; index < BOARD_COMPARTMENTS; index++) {
    if (unlocks[index].course == NEVER || unlocks[index].id != unlock_id) continue;
    *compartment = index;
    return STATE(state_of(&unlocks[index]));
  }
  return STATE(UNLOCK_UNKNOWN_ID);
}

/* Those that wait for their door, and those whose end the host has not acknowledged. */
static uint16_t not_done_count(void) {
  uint16_t count = 0;
  for (uint16_t index = 0; index < accepted_count; index++)
    count += !accepted[index].number || accepted[index].number > events_acknowledged_up_to();
  return count;
}

void coils_between(uint32_t unlock_id) {
  uint8_t compartment;
  between.now = 1;
  between.busy = following != NO_COIL;
  between.states = coils_status(unlock_id, &compartment);
  /* It may be over, waited for and ended within that round. */
  if (between.states & STATE(UNLOCK_PULSING)) between.states |= STATE(UNLOCK_WAITING);
}

void coils_between_over(void) {
  between.now = between.busy = 0;
  between.states = 0;
}

static void accept(const struct message_unlock *request) {
  uint8_t index = request->compartment;
  struct unlock *unlock = &unlocks[index];
  RULE(on == NO_COIL, "no coil comes on while another is on");
  RULE(!rested[index].pulsed || world.total_ms - rested[index].ms >= COIL_REST_MS, "a coil rests after its pulse");
  RULE(world.now_ms >= COIL_REST_MS, "a coil rests after a start");
  if (unlock->course == WAIT) end(index, UNLOCK_NOT_OPENED);
  RULE(accepted_count < ACCEPTED_MAX, "the harness has room");
  *unlock = (struct unlock){
      .id = request->unlock_id, .pulse_ms = request->pulse_ms, .accepted = accepted_count, .course = ON,
      .vague = between.now && (inputs_doors_open() & inputs_doors_known() & (1u << index))};
  accepted[accepted_count++] = (struct accepted){.id = request->unlock_id, .compartment = index};
  heat_now(index);
  under_way |= (uint16_t)(1u << index);
  on = following = index;
}

uint16_t coils_asked(const struct message_unlock *request, uint8_t risen, uint8_t *compartment) {
  uint16_t known = coils_status(request->unlock_id, compartment);
  uint8_t index = request->compartment;
  if (index >= BOARD_COMPARTMENTS) {
    *compartment = index;
    return STATE(UNLOCK_REFUSED_RANGE);
  }
  if (*compartment != 0xFF) {
    RULE(!risen, "one unlock id pulses once");
    return known | between.states;
  }
  *compartment = index;
  if (risen) {
    accept(request);
    return STATE(UNLOCK_PULSING);
  }
  uint16_t allowed = 0;
  if (following != NO_COIL || between.busy || not_done_count() >= ENDS_NEVER_REFUSED)
    allowed |= STATE(UNLOCK_REFUSED_BUSY);
  if (world.polls <= COIL_REST_MS + COIL_REST_SLACK ||
      (rested[index].pulsed && world.polls - rested[index].polls <= COIL_REST_MS + COIL_REST_SLACK))
    allowed |= STATE(UNLOCK_REFUSED_RESTING);
  if (heat_now(index) + request->pulse_ms * COIL_COOL_MS + HEAT_SLACK > HEAT_MAX) allowed |= STATE(UNLOCK_REFUSED_HOT);
  RULE(allowed, "a lock is refused for a reason only");
  return allowed;
}

void coils_end_told(const struct message_unlock_ended *told, uint16_t number) {
  for (uint16_t index = 0; index < accepted_count; index++) {
    struct accepted *one = &accepted[index];
    if (one->id != told->unlock_id || one->number || !one->state) continue;
    RULE(one->compartment == told->compartment, "an end names its compartment");
    RULE(one->state == told->state, "an unlock ends as its door and its coil say");
    RULE(one->on_ms == told->pulse_ms, "an end names the time that the coil was really on");
    one->number = number;
    return;
  }
  RULE(0, "an end is told once, of an unlock that was accepted and is over");
}

void coils_all_told(void) {
  for (uint16_t index = 0; index < accepted_count; index++)
    RULE(accepted[index].number || !accepted[index].state, "every end of an unlock is told");
}
