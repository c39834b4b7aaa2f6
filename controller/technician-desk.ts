/** What the service socket may do to boards. Composition: service, cabinet and lending's state meet here. */
import type { Cabinet } from './cabinet/cabinet.ts';
import type { LendingState } from './lending/state.ts';
import type { FlashRequest, Progress, ServiceParts } from './service/server.ts';

export class TechnicianDesk implements ServiceParts {
  readonly #cabinet: Cabinet;
  readonly #state: () => LendingState;

  constructor(cabinet: Cabinet, state: () => LendingState) {
    this.#cabinet = cabinet;
    this.#state = state;
  }

  boards(): object {
    return {
      boards: this.#cabinet.all.map((board) => board.describe()),
      ports: this.#cabinet.ports,
    };
  }

  async provision(port: string, serialNumber: string): Promise<object> {
    await this.#cabinet.provision(port, serialNumber);
    return { port, serialNumber };
  }

  async flash(
    port: string,
    { hex, kind }: FlashRequest,
    tell: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<object> {
    const board = this.#cabinet.flashable(port, (compartments) => this.#inUse(compartments));
    // Once in a board's life: not in memory before.
    const { flashBoard } = await import('./service/flash.ts');
    return flashBoard({ board, hexPath: hex, ...(kind ? { kind } : {}), onProgress: tell, signal });
  }

  /** Whether somebody is at one of these doors. */
  #inUse(compartments: readonly string[]): boolean {
    return Object.values(this.#state().sessions).some(
      ({ movement }) => movement && movement.step !== 'doubt' && compartments.includes(movement.compartment),
    );
  }
}
