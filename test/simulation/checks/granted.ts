/** What the platform has granted, seen on the wire: each question counts once, however often its answer comes. */
import type { PlatformQuestion } from '../../../protocol/platform/questions.ts';

type QuestionOf<K extends PlatformQuestion['kind']> = Extract<PlatformQuestion, { kind: K }>;

export class Granted<K extends PlatformQuestion['kind']> {
  readonly #kind: K;
  readonly #asked = new Map<string, QuestionOf<K>>();
  /** By the id of the question. */
  readonly #granted = new Map<string, QuestionOf<K>>();
  readonly #answered = new Set<string>();

  constructor(kind: K) {
    this.#kind = kind;
  }

  published(topic: string, payload: string): void {
    if (topic.endsWith('/ask')) {
      const { id, question } = JSON.parse(payload) as { id: string; question: QuestionOf<K> };
      if (question.kind === this.#kind) this.#asked.set(id, question);
    } else if (topic.endsWith('/answer')) {
      const { id, outcome } = JSON.parse(payload) as { id: string; outcome: string };
      const question = this.#asked.get(id);
      if (outcome !== 'granted' || !question || this.#answered.has(id)) return;
      this.#answered.add(id);
      this.#granted.set(id, question);
    }
  }

  /** One that fits, which counts no more. */
  use(fits: (question: QuestionOf<K>) => boolean): QuestionOf<K> | undefined {
    const [id, question] = [...this.#granted].find(([, one]) => fits(one)) ?? [];
    if (id !== undefined) this.#granted.delete(id);
    return question;
  }
}
