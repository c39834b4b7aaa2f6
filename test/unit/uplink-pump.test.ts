import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JournalPump, type JournalText } from '../../controller/uplink/journal-pump.ts';

const STALLED_MS = 5_000;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A journal of so many entries; a read may be held back. */
class Source {
  durable = 10_000;
  reads = 0;
  held: (() => void) | undefined;
  holds = false;
  async entriesAfter(sequence: number, limit: number): Promise<JournalText[]> {
    this.reads += 1;
    if (this.holds)
      await new Promise<void>((resolve) => {
        this.held = resolve;
      });
    const last = Math.min(sequence + limit, this.durable);
    return range(sequence + 1, last).map((one) => ({ sequence: one, text: String(one) }));
  }
}

describe('the journal’s pump', () => {
  let source: Source;
  let sent: number[];
  let pump: JournalPump;
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const acknowledge = async (upTo: number) => {
    pump.acknowledged(upTo);
    await settle();
  };
  beforeEach(() => {
    vi.useFakeTimers();
    source = new Source();
    sent = [];
    pump = new JournalPump(source, (text) => sent.push(Number(text)));
  });
  afterEach(() => {
    pump.stop();
    vi.useRealTimers();
  });

  test('begins small, grows by what arrives, and has a limit', async () => {
    await acknowledge(0);
    expect(sent).toEqual(range(1, 32));
    await acknowledge(32);
    expect(sent).toEqual(range(1, 32 + 64));
    while (sent.length < 5_000) await acknowledge(sent.length);
    const before = sent.length;
    await acknowledge(before);
    expect(sent).toEqual(range(1, before + 960));
  });

  test('after a loss all is sent again from the platform’s position, and a few at a time', async () => {
    await acknowledge(0);
    while (sent.length < 2_000) await acknowledge(sent.length);
    const position = sent.length - 960;
    const before = sent.length;
    await vi.advanceTimersByTimeAsync(STALLED_MS);
    expect(sent.slice(before)).toEqual(range(position + 1, position + 32));
  });

  test('after a loss a connection is never again given more than half of what was too much', async () => {
    await acknowledge(0);
    const fill = async (until: number) => {
      while ((sent.at(-1) ?? 0) < until) await acknowledge(sent.at(-1) ?? 0);
    };
    const onTheWay = async () => {
      const at = sent.at(-1) ?? 0;
      await acknowledge(at);
      return (sent.at(-1) ?? 0) - at;
    };
    await fill(2_000);
    expect(await onTheWay()).toBe(960);
    for (const half of [480, 240, 120, 60, 32, 32]) {
      await vi.advanceTimersByTimeAsync(STALLED_MS);
      source.durable += 10_000;
      await fill((sent.at(-1) ?? 0) + 3_000);
      expect(await onTheWay()).toBe(half);
    }
    pump.stop();
    await fill((sent.at(-1) ?? 0) + 3_000);
    expect(await onTheWay()).toBe(960);
  });

  test('a new connection begins small again, at the position that the platform tells', async () => {
    await acknowledge(0);
    while (sent.length < 2_000) await acknowledge(sent.length);
    pump.stop();
    sent = [];
    await acknowledge(700);
    expect(sent).toEqual(range(701, 732));
  });

  test('acknowledgements one by one do not make it read entries one by one', async () => {
    await acknowledge(0);
    while (sent.length < 2_000) await acknowledge(sent.length);
    const [reads, from] = [source.reads, sent.length - 960];
    for (let one = 1; one <= 480; one += 1) await acknowledge(from + one);
    expect(source.reads - reads).toBe(2);
    expect(sent).toEqual(range(1, from + 480 + 960));
  });

  test('the last entries go out however little room there is', async () => {
    source.durable = 33;
    await acknowledge(0);
    for (let one = 1; one <= 32; one += 1) await acknowledge(one);
    expect(sent).toEqual(range(1, 33));
  });

  test('what was read before it began anew leaves no gap', async () => {
    await acknowledge(0);
    source.holds = true;
    await acknowledge(32);
    sent = [];
    pump.stop();
    source.holds = false;
    await acknowledge(10);
    source.held?.();
    await settle();
    expect(sent).toEqual(range(11, 42));
  });
});
