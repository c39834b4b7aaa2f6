/** Which boards are at which TCP port, and the bytes between them: one board, or several on an RS485 line. */
import type { SimBoard } from './cabinet/sim-board.ts';
import { type Cable, DevicePort } from './device-port.ts';

interface Line {
  readonly port: DevicePort;
  boards: readonly SimBoard[];
}

export class Plugs {
  readonly #lines: readonly Line[];

  /**
   * `lines`: the boards of each port. `before` brings them to now: bytes must not arrive in their past. All boards of a
   * line hear what is sent to one of them.
   */
  constructor(lines: readonly (readonly SimBoard[])[], around: { before(): void; after(): void }) {
    this.#lines = lines.map((boards, index) => ({
      boards,
      port: new DevicePort((bytes) => {
        around.before();
        for (const board of this.#lines[index]?.boards ?? []) board.receive(bytes);
        around.after();
      }),
    }));
  }

  get ports(): readonly DevicePort[] {
    return this.#lines.map(({ port }) => port);
  }

  portOf(board: SimBoard): DevicePort {
    return this.#lineOf(board).port;
  }

  /** Into another port; what is there goes where this one was. Both connections end. */
  plug(board: SimBoard, port: number): void {
    const [here, there] = [this.#lineOf(board), this.#lines[port]];
    if (!there || here === there) return;
    const cables: [Cable, Cable] = [here.port.cable, there.port.cable];
    [here.boards, there.boards] = [there.boards, here.boards];
    here.port.drop();
    there.port.drop();
    [there.port.cable, here.port.cable] = cables;
  }

  #lineOf(board: SimBoard): Line {
    const line = this.#lines.find(({ boards }) => boards.includes(board));
    if (!line) throw new Error('a board without a port');
    return line;
  }
}
