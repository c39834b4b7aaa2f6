/** What the panel needs of one locker board, and all it can reach: lamps, buzzer, buttons, measurements. */

export interface LampWish {
  readonly mode: 'off' | 'on' | 'dim' | 'blink' | 'breathe';
  /** Eighths, in mode `dim`; otherwise 0. */
  readonly level: number;
}

/** Raw values of one heartbeat: 10 bits of the board's own voltage; all 0 until measured. */
export interface Measured {
  readonly supply: number;
  readonly temperature: number;
  /** The chip's own 1.1 V reference on the same scale: it tells the board's voltage. */
  readonly reference: number;
}

export interface PanelHandlers {
  /** Debounced by the board, delivered once and in order. */
  button(button: number, pressed: boolean): void;
  measured(measured: Measured): void;
  link(link: 'up' | 'down'): void;
}

export interface PanelLink {
  /** Compartments, and so lamps, that the configuration gives this board. */
  readonly lamps: number;
  /**
   * A wish: it shows while lending has the lamp off, for lending's word comes first. The latest is kept, whether the
   * link is up or not: it is told to the board within a limited rate, and again when the board comes back.
   */
  lamp(index: number, wish: LampWish): void;
  /** Now or never: nothing is kept for a board that is away. 0 Hz is silence. */
  sound(frequencyHz: number, durationMs: number): void;
  /** Tells the state of the link at once, then what happens; returns what ends it. */
  listen(handlers: PanelHandlers): () => void;
}
