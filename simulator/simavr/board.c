/* A locker board for avrdude: simavr with the bootloader that Arduino boards are sold with, its UART on a pty.
 *
 *   board MCU BOOTLOADER.hex LINK EEPROM [APPLICATION.hex]        wired as the Mega 2560
 *
 * The pty's name is linked as LINK. Opening it resets the board into its bootloader, as DTR does on a real one; so does
 * SIGUSR1. EEPROM is read at the start and written at the end. SIGTERM ends it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <simavr/avr_eeprom.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_hex.h>

#define HZ 16000000ul
#define SLICE_CYCLES (HZ / 1000ul)
#define LINE_CYCLES (HZ * 10ul / 115200ul)
#define TYPED_MAX 65536u
#define MCUSR_AT 0x54u
#define EXTERNAL_RESET 0x02u
#define EEPROM_BYTES_MAX 8192u
/* Later than this it does not catch up: the machine was busy, and the board's time stood still. */
#define LATE_S 0.2

static volatile sig_atomic_t ending, resetting;
static avr_t *avr;
static int pty;
static avr_irq_t *input;
static unsigned char typed[TYPED_MAX]; /* bytes on their way to the board */
static unsigned typed_in, typed_out;
static int receiver_full;
static avr_cycle_count_t next_byte_at;

static void on_signal(int number) {
  if (number == SIGUSR1)
    resetting = 1;
  else
    ending = 1;
}

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void board_says(struct avr_irq_t *irq, uint32_t value, void *param) {
  unsigned char byte = (unsigned char)value;
  (void)irq;
  (void)param;
  /* Nobody listens: the byte is gone, as on a wire. */
  if (write(pty, &byte, 1) < 0 && errno != EAGAIN && errno != EIO) fail("pty");
}

static void flow(struct avr_irq_t *irq, uint32_t value, void *param) {
  (void)value;
  (void)param;
  receiver_full = irq->irq == UART_IRQ_OUT_XOFF;
}

static void load(const char *path, int bootloader) {
  uint32_t size, base;
  uint8_t *bytes = read_ihex_file(path, &size, &base);
  if (!bytes || base + size > avr->flashend + 1u) fail(path);
  memcpy(avr->flash + base, bytes, size);
  if (bootloader) avr->reset_pc = base;
  free(bytes);
}

static void eeprom_read(const char *path) {
  static uint8_t bytes[EEPROM_BYTES_MAX];
  avr_eeprom_desc_t desc = {.ee = bytes, .offset = 0, .size = avr->e2end + 1u};
  FILE *file = fopen(path, "rb");
  if (!file) return; /* a new board */
  if (fread(bytes, 1, desc.size, file) == desc.size) avr_ioctl(avr, AVR_IOCTL_EEPROM_SET, &desc);
  fclose(file);
}

static void eeprom_keep(const char *path) {
  /* simavr names its own memory where none is given. */
  avr_eeprom_desc_t desc = {.ee = NULL, .offset = 0, .size = avr->e2end + 1u};
  FILE *file = fopen(path, "wb");
  if (!file) fail(path);
  avr_ioctl(avr, AVR_IOCTL_EEPROM_GET, &desc);
  fwrite(desc.ee, 1, desc.size, file);
  fclose(file);
}

/* What is wired to a port holds against its pull-ups; other pins are left to them. simavr forgets the levels at a reset
 * but not that it was told them: each is told anew by way of its opposite. */
static void pins(char port, uint8_t wired, uint8_t levels) {
  avr_ioport_external_t external = {.name = (unsigned char)port & 0x7Fu, .mask = wired, .value = levels};
  avr_ioctl(avr, AVR_IOCTL_IOPORT_SET_EXTERNAL(port), &external);
  for (int pin = 0; pin < 8; pin++) {
    avr_irq_t *irq = avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ(port), pin);
    unsigned level = levels >> pin & 1u;
    if (!irq || !(wired >> pin & 1)) continue;
    avr_raise_irq(irq, !level);
    avr_raise_irq(irq, level);
  }
}

/* Doors shut, housing shut, buttons up, as firmware/boards/mega2560.h has them. */
static void inputs(void) {
  pins('L', 0xFF, 0);
  pins('K', 0xFF, 0);
  pins('E', 0x10, 0);
  pins('H', 0x78, 0x78);
}

/* Time is kept by `pace`. */
static void sleep_nothing(avr_t *chip, avr_cycle_count_t cycles) {
  (void)chip;
  (void)cycles;
}

static void open_pty(const char *link) {
  struct termios raw;
  pty = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (pty < 0 || grantpt(pty) || unlockpt(pty)) fail("pty");
  /* Raw from the beginning: whoever opens it first gets bytes and no echo. Then it is closed again. */
  int slave = open(ptsname(pty), O_RDWR | O_NOCTTY);
  if (slave < 0 || tcgetattr(slave, &raw)) fail("pty");
  cfmakeraw(&raw);
  if (tcsetattr(slave, TCSANOW, &raw)) fail("pty");
  close(slave);
  unlink(link);
  if (symlink(ptsname(pty), link)) fail(link);
}

/* Returns whether somebody has the port open. */
static int listen_to_host(void) {
  struct pollfd state = {.fd = pty, .events = POLLIN};
  poll(&state, 1, 0);
  if (state.revents & POLLIN) {
    unsigned char bytes[512];
    ssize_t got = read(pty, bytes, sizeof(bytes));
    for (ssize_t at = 0; at < got; at++) typed[typed_in++ % TYPED_MAX] = bytes[at];
  }
  return !(state.revents & POLLHUP);
}

static void give_byte(void) {
  if (typed_in == typed_out || receiver_full || avr->cycle < next_byte_at) return;
  next_byte_at = avr->cycle + LINE_CYCLES;
  avr_raise_irq(input, typed[typed_out++ % TYPED_MAX]);
}

static void reset(void) {
  receiver_full = 0;
  avr_reset(avr);
  avr->pc = avr->reset_pc;
  avr->data[MCUSR_AT] = EXTERNAL_RESET;
  inputs();
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Keeps the board's time beside real time; returns when it began, as far as it has kept up. */
static double pace(double began) {
  double ahead = (double)avr->cycle / HZ - (seconds() - began);
  if (ahead > 0) usleep((useconds_t)(ahead * 1e6));
  return ahead < -LATE_S ? began - ahead : began;
}

static void connect_uart(void) {
  uint32_t flags = 0;
  avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
  flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
  avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
  input = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), board_says, NULL);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XON), flow, NULL);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XOFF), flow, NULL);
}

static void start(char *arguments[], int count) {
  avr = avr_make_mcu_by_name(arguments[1]);
  if (!avr || avr_init(avr)) fail(arguments[1]);
  avr->frequency = HZ;
  avr->sleep = sleep_nothing;
  memset(avr->flash, 0xFF, avr->flashend + 1u);
  avr->codeend = avr->flashend;
  if (count > 5) load(arguments[5], 0);
  load(arguments[2], 1);
  eeprom_read(arguments[4]);
  open_pty(arguments[3]);
  connect_uart();
  signal(SIGTERM, on_signal);
  signal(SIGINT, on_signal);
  signal(SIGUSR1, on_signal);
}

static void run_slice(void) {
  avr_cycle_count_t until = avr->cycle + SLICE_CYCLES;
  while (avr->cycle < until) {
    give_byte();
    int state = avr_run(avr);
    if (state != cpu_Crashed && state != cpu_Done) continue;
    fprintf(stderr, "the program ended at %#x\n", avr->pc);
    exit(1);
  }
}

int main(int count, char *arguments[]) {
  if (count < 5) {
    fprintf(stderr, "usage: board MCU BOOTLOADER.hex LINK EEPROM [APPLICATION.hex]\n");
    return 2;
  }
  start(arguments, count);
  reset();
  printf("ready\n");
  fflush(stdout);
  double began = seconds() - (double)avr->cycle / HZ;
  int was_open = 0;
  while (!ending) {
    int is_open = listen_to_host();
    if ((is_open && !was_open) || resetting) reset();
    resetting = 0;
    was_open = is_open;
    run_slice();
    began = pace(began);
  }
  eeprom_keep(arguments[4]);
  unlink(arguments[3]);
  return 0;
}
