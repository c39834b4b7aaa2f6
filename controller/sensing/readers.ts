/** All RFID readers: which of them looks into which compartment. One that is away takes its own proof away, nothing else. */
import type { Input, Reading } from '../lending/inputs.ts';
import type { TagRead, TagRules } from './antenna.ts';
import { Pad } from './pad.ts';
import { readingOf } from './reading.ts';
import { type ReaderPlan, TagReader, type TagReaderOptions } from './tag-reader.ts';

export interface ReadersOptions extends Pick<TagReaderOptions, 'open' | 'backoff' | 'probeEveryMs'> {
  readonly plans: readonly ReaderPlan[];
  readonly rules: TagRules;
  /** A reading that is not made by then is answered with nothing. */
  readonly checkMs: number;
  input(input: Input): void;
  trouble(message: string, about: object): void;
}

/** The answer must be there before lending stops waiting for it. */
const ANSWER_MS_BEFORE = 500;
const RETRY_MS = 200;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

export class Readers {
  readonly #options: ReadersOptions;
  readonly #readers: readonly TagReader[];
  readonly #pads: readonly Pad[];
  readonly #places = new Map<string, { readonly reader: TagReader; readonly antenna: number }>();
  #stopped = false;

  constructor(options: ReadersOptions) {
    this.#options = options;
    this.#readers = options.plans.map((plan) => this.#make(plan));
    for (const reader of this.#readers)
      reader.plan.compartments.forEach((compartment, antenna) => {
        this.#places.set(compartment, { reader, antenna });
      });
    this.#pads = this.#readers
      .filter(({ plan }) => plan.compartments.length === 0)
      .map((reader) => new Pad(reader, this.#padHandlers(reader.plan.name)));
  }

  get health() {
    return this.#readers.map((reader) => reader.health);
  }

  start(): void {
    for (const reader of this.#readers) reader.start();
    for (const pad of this.#pads) pad.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const pad of this.#pads) pad.stop();
    await Promise.all(this.#readers.map((reader) => reader.stop()));
  }

  /** Answers with one `tagsRead`, in time in any case. */
  check(compartment: string, checkId: number): void {
    const deadline = performance.now() + this.#options.checkMs - ANSWER_MS_BEFORE;
    const place = this.#places.get(compartment);
    const answer = place ? this.#readUntil(deadline, place) : this.#shownUntil(deadline);
    void answer.then((reading) => {
      if (!this.#stopped) this.#options.input({ kind: 'tagsRead', checkId, compartment, reading });
    });
  }

  /** A reader that fails or is away has until the deadline to come back. */
  async #readUntil(
    deadline: number,
    { reader, antenna }: { readonly reader: TagReader; readonly antenna: number },
  ): Promise<Reading | undefined> {
    let best: Reading | undefined;
    while (!this.#stopped) {
      const late = sleep(Math.max(0, deadline - performance.now())).then(() => undefined);
      const read = reader.link === 'up' ? reader.read(antenna).then(readingOf, () => undefined) : undefined;
      const reading = read && (await Promise.race([read, late]));
      if (reading) best = reading;
      if (reading?.complete || performance.now() + RETRY_MS >= deadline) return best;
      await sleep(RETRY_MS);
    }
    return best;
  }

  /** Whatever somebody holds to a pad. */
  async #shownUntil(deadline: number): Promise<Reading | undefined> {
    const shown = new Map<string, TagRead>();
    let done = () => {};
    const ended = new Promise<void>((resolve) => {
      done = resolve;
      setTimeout(resolve, Math.max(0, deadline - performance.now())).unref();
    });
    const stops = this.#pads.map((pad) =>
      pad.watch((tags) => {
        for (const read of tags) shown.set(read.tag.id, read);
        if (tags.some(({ item }) => item)) done();
      }),
    );
    if (this.#pads.length === 0) done();
    await ended;
    for (const stop of stops) stop();
    return readingOf({ tags: [...shown.values()], complete: false });
  }

  #make(plan: ReaderPlan): TagReader {
    const { rules, open, backoff, probeEveryMs, trouble } = this.#options;
    return new TagReader({
      plan,
      rules,
      ...(open && { open }),
      ...(backoff && { backoff }),
      ...(probeEveryMs && { probeEveryMs }),
      onLink: (link, why) => trouble('reader link', { reader: plan.name, link, ...(why ? { why } : {}) }),
      onTrouble: (why) => trouble('reader', { reader: plan.name, why }),
    });
  }

  #padHandlers(reader: string) {
    const { input, trouble } = this.#options;
    return {
      item: (text: string) => input({ kind: 'code', text, source: 'tag' }),
      card: (text: string) => input({ kind: 'code', text, source: 'card' }),
      unknown: () => trouble('a tag on the pad names no item', { reader }),
    };
  }
}
