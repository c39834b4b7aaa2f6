/** The person in front of the cabinet: takes or puts something when a door opens, and closes it again. */

export interface Behaviour {
  readonly takes?: boolean;
  readonly puts?: string;
  /** From the open door to the hand; ms. */
  readonly afterMs: number;
  /** From the hand to the push that shuts the door; ms. */
  readonly closeAfterMs: number;
}

export interface Hands {
  take(compartment: number): void;
  put(compartment: number, item: string): void;
  /** The door shuts a moment later. */
  push(compartment: number): void;
}

interface Plan {
  readonly compartment: number;
  readonly handAtMs: number;
  readonly closeAtMs: number;
  handDone: boolean;
}

export class People {
  behaviour: Behaviour | undefined;
  #plans: Plan[] = [];

  doorOpened(compartment: number, nowMs: number): void {
    if (!this.behaviour) return;
    const handAtMs = nowMs + this.behaviour.afterMs;
    this.#plans.push({
      compartment,
      handAtMs,
      closeAtMs: handAtMs + this.behaviour.closeAfterMs,
      handDone: false,
    });
  }

  advance(nowMs: number, hands: Hands): void {
    for (const plan of this.#plans) {
      if (!plan.handDone && nowMs >= plan.handAtMs) {
        plan.handDone = true;
        if (this.behaviour?.takes) hands.take(plan.compartment);
        if (this.behaviour?.puts) hands.put(plan.compartment, this.behaviour.puts);
      }
      if (nowMs >= plan.closeAtMs) hands.push(plan.compartment);
    }
    this.#plans = this.#plans.filter((plan) => nowMs < plan.closeAtMs);
  }
}
