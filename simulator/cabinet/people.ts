/** The person in front of the cabinet: takes or puts something when a door opens, and closes it again. */

export interface Behaviour {
  /** Everything, or these items. */
  readonly takes?: boolean | readonly string[];
  readonly puts?: string;
  /** From the open door to the hand; ms. */
  readonly afterMs: number;
  /** From the hand to the push that shuts the door; ms. */
  readonly closeAfterMs: number;
}

export interface Hands {
  take(compartment: number, item?: string): void;
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
        this.#use(hands, plan.compartment);
      }
      if (nowMs >= plan.closeAtMs) hands.push(plan.compartment);
    }
    this.#plans = this.#plans.filter((plan) => nowMs < plan.closeAtMs);
  }

  #use(hands: Hands, compartment: number): void {
    const { takes, puts } = this.behaviour ?? {};
    if (takes === true) hands.take(compartment);
    else if (takes) for (const item of takes) hands.take(compartment, item);
    if (puts) hands.put(compartment, puts);
  }
}
