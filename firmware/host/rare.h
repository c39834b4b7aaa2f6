/* Tests of what takes weeks, or a host or a part gone wrong. */
#ifndef RARE_H
#define RARE_H

void test_a_coil_rests_after_its_pulse_and_not_for_weeks(void);
void test_a_coil_cut_short_rests_too(void);
void test_an_unlock_that_waits_does_not_refuse_the_next(void);
void test_an_id_is_known_whatever_compartment_is_asked(void);
void test_a_door_seen_open_during_the_pulse_was_opened(void);
void test_no_end_of_an_unlock_is_lost(void);
void test_a_chattering_contact_uses_up_no_numbers(void);
void test_silence_before_the_first_frame_keeps_the_reason(void);
void test_a_boot_is_never_zero_and_lost_slots_are_told(void);
void test_a_coil_pin_that_is_high_by_itself_is_told(void);
void test_any_bytes(void);

#define RARE_TESTS \
  TEST(a_coil_rests_after_its_pulse_and_not_for_weeks), \
  TEST(a_coil_cut_short_rests_too), \
  TEST(an_unlock_that_waits_does_not_refuse_the_next), \
  TEST(an_id_is_known_whatever_compartment_is_asked), \
  TEST(a_door_seen_open_during_the_pulse_was_opened), \
  TEST(no_end_of_an_unlock_is_lost), \
  TEST(a_chattering_contact_uses_up_no_numbers), \
  TEST(silence_before_the_first_frame_keeps_the_reason), \
  TEST(a_boot_is_never_zero_and_lost_slots_are_told), \
  TEST(a_coil_pin_that_is_high_by_itself_is_told), \
  TEST(any_bytes),

#endif
