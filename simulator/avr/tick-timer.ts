/**
 * Timer 0 as the firmware uses it: clear on compare match A, with its interrupt (data sheet 2560: 16.7.2). avr8js's own
 * timer makes an event of every count; this one makes one of every match, and an idle board costs a twelfth.
 */
import type { AVRTimer, CPU } from 'avr8js';

type TimerConfig = ConstructorParameters<typeof AVRTimer>[1];
const CLOCK_SELECT = 0x07;

/** `ticked` hears of each match. */
export function tickTimer(cpu: CPU, config: TimerConfig, ticked?: (cycle: number) => void): void {
  const match = {
    address: config.compAInterrupt,
    flagRegister: config.TIFR,
    flagMask: config.OCFA,
    enableRegister: config.TIMSK,
    enableMask: config.OCIEA,
  };
  let period = 0;
  const matched = () => {
    if (period === 0) return;
    cpu.addClockEvent(matched, period);
    ticked?.(cpu.cycles);
    cpu.setInterruptFlag(match);
  };
  const start = () => {
    const select = ((cpu.data[config.TCCRB] ?? 0) & CLOCK_SELECT) as 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
    cpu.clearClockEvent(matched);
    period = config.dividers[select] * ((cpu.data[config.OCRA] ?? 0) + 1);
    if (period > 0) cpu.addClockEvent(matched, period);
  };
  for (const register of [config.TCCRB, config.OCRA])
    cpu.writeHooks[register] = (value) => {
      cpu.data[register] = value;
      start();
      return true;
    };
  cpu.writeHooks[config.TIMSK] = (value) => {
    cpu.data[config.TIMSK] = value;
    cpu.updateInterruptEnable(match, value);
    return true;
  };
  cpu.writeHooks[config.TIFR] = (value) => {
    cpu.data[config.TIFR] = value;
    cpu.clearInterruptByFlag(match, value);
    return true;
  };
}
