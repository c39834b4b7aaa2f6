/* Unit tests of the board's logic, run on a PC under sanitizers. Prints each test; ends with the first failure. */
#include "bench.h"

int main(void) {
  static const struct test *const SUITES[] = {PROTOCOL_TESTS, COIL_TESTS, HEAT_TESTS, INPUT_TESTS,
                                              OUTPUT_TESTS, SETTINGS_TESTS, RARE_TESTS};
  uint32_t passed = 0;
  for (uint32_t suite = 0; suite < sizeof(SUITES) / sizeof(SUITES[0]); suite++)
    for (const struct test *test = SUITES[suite]; test->name; test++, passed++) {
      /* Before it runs: a test that aborts is named as well. */
      printf("%s\n", test->name);
      fflush(stdout);
      test->run();
    }
  printf("%u compartments: %u passed, 0 failed\n", BOARD_COMPARTMENTS, passed);
  return 0;
}
