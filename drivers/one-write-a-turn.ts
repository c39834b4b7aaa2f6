/**
 * What is written to a stream in one turn of the event loop leaves by one system call. mqtt-packet corks a stream for each
 * packet; a burst of small packets would cost a call each, and those took a quarter of a broker's time.
 */
import type { Writable } from 'node:stream';

export function oneWriteATurn(stream: Writable): void {
  const [cork, uncork, end] = [stream.cork.bind(stream), stream.uncork.bind(stream), stream.end.bind(stream)];
  let corked = false;
  const flush = () => {
    if (!corked) return;
    corked = false;
    uncork();
  };
  stream.cork = () => {
    if (corked) return;
    corked = true;
    cork();
    setImmediate(flush);
  };
  // What was corked before, as for a CONNECT that is under way, is for its own writer to end.
  stream.uncork = () => {
    if (stream.writableCorked > (corked ? 1 : 0)) uncork();
  };
  // It ends only once it is not corked.
  stream.end = (...what: unknown[]) => {
    flush();
    return (end as (...all: unknown[]) => Writable)(...what);
  };
}
