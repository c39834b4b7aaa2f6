/* What a hex is, in plain text: whoever flashes one looks for it first. Nothing refers to it; the Makefile tells the
 * linker that it is wanted (-u board_marker). */
#include <avr/pgmspace.h>

#include "hardware.h"
#include "version.h"

extern const char board_marker[];
const char board_marker[] PROGMEM __attribute__((used, externally_visible)) =
    "credit-reading-board:" BOARD_KIND_NAME ":" VERSION_TEXT;
