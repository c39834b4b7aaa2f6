/* Included before every source of the firmware: its variables stand together, so that a start finds them as the
 * start-up code leaves them. Sanitizers keep their red zones, since the names are no C identifiers. */
#pragma clang section bss = ".firmware.bss" data = ".firmware.data"
