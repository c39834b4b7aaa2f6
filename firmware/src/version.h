/* Version of the firmware, told in `identity` and written in the flash. */
#ifndef VERSION_H
#define VERSION_H

#define VERSION_MAJOR 0u
#define VERSION_MINOR 2u
#define VERSION_PATCH 0u
/* As text, for marker.c. */
#define VERSION_TEXT "0.2.0"

#endif
