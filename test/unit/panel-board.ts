/** A locker board's panel for tests: real lamps and real frames, the wire itself is a list. */
import { Lamps } from '../../controller/cabinet/lamps.ts';
import type { LampWish, PanelHandlers, PanelLink } from '../../controller/panel/link.ts';
import { encodeFrame, FrameReader } from '../../protocol/board/codec.ts';
import type { BoardMessage, MessageName } from '../../protocol/board/messages.ts';

type Sent = { name: MessageName; fields: Record<string, number> };

export class PanelBoard implements PanelLink {
  readonly lamps: number;
  /** Every message that reached the board, read back from its frame. */
  readonly sent: Sent[] = [];
  readonly lamp: (index: number, wish: LampWish) => void;
  readonly board: Lamps;
  readonly listeners = new Set<PanelHandlers>();
  #up = true;
  #wireBytes = 0;

  constructor(lamps = 16) {
    this.lamps = lamps;
    this.board = new Lamps(lamps, async (lamp) => this.#send('setLamp', lamp));
    this.lamp = (index, wish) => this.board.panel(index, wish);
  }

  get wireBytes(): number {
    return this.#wireBytes;
  }

  get sounds(): [number, number][] {
    return this.#named('sound').map(({ frequencyHz, durationMs }) => [frequencyHz ?? -1, durationMs ?? -1]);
  }

  /** [mode, level] of what one lamp was told. */
  told(index: number): [number, number][] {
    return this.#named('setLamp')
      .filter(({ compartment }) => compartment === index)
      .map(({ mode, level }) => [mode ?? -1, level ?? -1]);
  }

  sound(frequencyHz: number, durationMs: number): void {
    this.#send('sound', { frequencyHz, durationMs });
  }

  listen(handlers: PanelHandlers): () => void {
    this.listeners.add(handlers);
    handlers.link(this.#up ? 'up' : 'down');
    return () => this.listeners.delete(handlers);
  }

  press(button: number, pressed: boolean): void {
    for (const { button: tell } of this.listeners) tell(button, pressed);
  }

  measure(supply: number, temperature: number, reference: number): void {
    for (const { measured } of this.listeners) measured({ supply, temperature, reference });
  }

  /** As the ADC would see these volts: 10 bits of the board's voltage. */
  measureVolts(temperature: number, boardVolts: number): void {
    const raw = (volts: number) => Math.max(0, Math.min(1023, Math.round((volts / boardVolts) * 1024)));
    this.measure(0, raw(temperature), raw(1.1));
  }

  setLink(link: 'up' | 'down'): void {
    this.#up = link === 'up';
    for (const { link: tell } of this.listeners) tell(link);
    if (this.#up) this.board.sendAll();
  }

  #named(name: MessageName) {
    return this.sent.filter((message) => message.name === name).map(({ fields }) => fields);
  }

  #send(name: MessageName, fields: Record<string, number>): boolean {
    if (!this.#up) return false;
    const frame = encodeFrame({ name, id: 1, fields } as unknown as BoardMessage);
    this.#wireBytes += frame.length;
    this.sent.push(...(new FrameReader().push(frame) as unknown as Sent[]));
    return true;
  }
}
