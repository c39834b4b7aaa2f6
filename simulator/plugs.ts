/** Which board is plugged into which TCP port, and the bytes between them. */
import type { Board } from './cabinet/board.ts';
import { type Cable, DevicePort } from './device-port.ts';

export class Plugs {
  readonly ports: readonly DevicePort[];
  readonly #boards: readonly Board[];
  /** Index: the port; value: the board. */
  readonly #boardAt: number[];

  /** `before` brings the boards to now: bytes must not arrive in their past. */
  constructor(boards: readonly Board[], around: { before(): void; after(): void }) {
    this.#boards = boards;
    this.#boardAt = boards.map((_, index) => index);
    this.ports = boards.map(
      (_, port) =>
        new DevicePort((bytes) => {
          around.before();
          boards[this.#boardAt[port] ?? 0]?.chip.receive(bytes);
          around.after();
        }),
    );
  }

  portOf(board: Board): DevicePort {
    const port = this.ports[this.#boardAt.indexOf(this.#boards.indexOf(board))];
    if (!port) throw new Error('a board without a port');
    return port;
  }

  /** Into another port; the board that is there goes where this one was. Both connections end. */
  plug(board: Board, port: number): void {
    const from = this.#boardAt.indexOf(this.#boards.indexOf(board));
    const [here, there] = [this.ports[from], this.ports[port]];
    if (!here || !there || from === port) return;
    const cables: [Cable, Cable] = [here.cable, there.cable];
    [this.#boardAt[from], this.#boardAt[port]] = [this.#boardAt[port] ?? 0, this.#boardAt[from] ?? 0];
    here.drop();
    there.drop();
    [there.cable, here.cable] = cables;
  }
}
