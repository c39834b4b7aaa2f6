import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { oneWriteATurn } from '../../drivers/one-write-a-turn.ts';

describe('a stream with one write a turn', () => {
  let writes: string[];
  let stream: Writable;
  /** As mqtt-packet writes each packet. */
  const packet = (...parts: string[]) => {
    stream.cork();
    process.nextTick(() => stream.uncork());
    for (const part of parts) stream.write(part);
  };
  const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));
  beforeEach(() => {
    writes = [];
    stream = new Writable({
      decodeStrings: false,
      write: (chunk, _, done) => {
        writes.push(String(chunk));
        done();
      },
      writev: (chunks, done) => {
        writes.push(chunks.map(({ chunk }) => String(chunk)).join(''));
        done();
      },
    });
  });

  test('without it, each burst between two ticks is a write', async () => {
    packet('a', 'b');
    await tick();
    packet('c');
    await turn();
    expect(writes).toEqual(['ab', 'c']);
  });

  test('packets of a turn leave together, in order; those of the next by themselves', async () => {
    oneWriteATurn(stream);
    packet('a', 'b');
    await tick();
    packet('c');
    expect(writes).toEqual([]);
    await turn();
    expect(writes).toEqual(['abc']);
    packet('d');
    await turn();
    expect(writes).toEqual(['abc', 'd']);
  });

  test('what is written without a cork waits for what it follows', async () => {
    oneWriteATurn(stream);
    stream.write('a');
    packet('b');
    stream.write('c');
    await turn();
    expect(writes).toEqual(['a', 'bc']);
  });

  test('a packet that was begun before is not held up, nor is what follows it', async () => {
    packet('a');
    oneWriteATurn(stream);
    await tick();
    expect(writes).toEqual(['a']);
    packet('b');
    packet('c');
    await turn();
    expect(writes).toEqual(['a', 'bc']);
    expect(stream.writableCorked).toBe(0);
  });

  test('an end in the same turn loses nothing, and a dropped stream says nothing more', async () => {
    oneWriteATurn(stream);
    packet('a');
    await new Promise<void>((finished) => stream.end('b', finished));
    expect(writes.join('')).toBe('ab');
    const gone = new Writable({ writev: () => writes.push('never') });
    oneWriteATurn(gone);
    gone.cork();
    gone.write('x');
    gone.destroy();
    await turn();
    expect(writes.join('')).toBe('ab');
  });
});
