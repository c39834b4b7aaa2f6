/** A connection inside the embedded broker behaves as one over a wire. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../demo/wait.ts';
import { type Connection, openConnection } from '../../drivers/mqtt-client.ts';
import { Broker } from '../../platform/broker.ts';

const SOON_MS = 5_000;
const WAYS = ['over a wire', 'inside'];

describe.each(WAYS)('a connection %s', (way) => {
  let broker: Broker;
  let connections: Connection[];
  beforeEach(async () => {
    broker = new Broker(0);
    await broker.start();
    connections = [];
  });
  afterEach(async () => {
    for (const connection of connections) connection.destroy();
    await broker.stop();
  });

  /** One that is up; `log` tells what it heard, in order. */
  async function opened(how = way) {
    const log: string[] = [];
    const open = how === 'inside' ? broker.openInside : openConnection;
    const connection = await open(
      { broker: `mqtt://127.0.0.1:${broker.port}` },
      `${how}-${Math.random()}`,
      undefined,
      {
        up: () => log.push('up'),
        message: (topic, payload) => log.push(`${topic} ${Buffer.from(payload).toString('utf8')}`),
        closed: () => log.push('closed'),
      },
    );
    connections.push(connection);
    await waitFor('the connection to be up', SOON_MS, async () => log.includes('up'));
    const heard = (line: string) => waitFor(line, SOON_MS, async () => log.includes(line));
    return { connection, log, heard };
  }

  test('hears what fits its topics, each once and in order, whoever says it', async () => {
    const { connection, log, heard } = await opened();
    const other = await opened('over a wire');
    await connection.subscribe(['a/+/b', 'c']);
    await connection.subscribe(['c']);
    for (const [topic, text] of [
      ['a/1/b', '1'],
      ['a/1/c', 'not this'],
      ['c', '活着 𠮷'],
      ['a/2/b', '2'],
    ] as const)
      other.connection.publish(topic, text, { qos: 1 });
    await heard('a/2/b 2');
    connection.publish('c', 'own', { qos: 1 });
    await heard('c own');
    expect(log).toEqual(['up', 'a/1/b 1', 'c 活着 𠮷', 'a/2/b 2', 'c own']);
  });

  test('is heard by others, in order', async () => {
    const { connection } = await opened();
    const other = await opened('over a wire');
    await other.connection.subscribe(['c']);
    for (let at = 0; at < 500; at += 1) connection.publish('c', String(at), { qos: 1 });
    await other.heard('c 499');
    expect(other.log.slice(1)).toEqual(Array.from({ length: 500 }, (_, at) => `c ${at}`));
  });

  test('a retained message is told to whoever subscribes, and again to one that subscribes again', async () => {
    const { connection, log, heard } = await opened();
    connection.publish('state', 'old', { qos: 1, retain: true });
    connection.publish('state', 'new', { qos: 1, retain: true });
    const late = await opened();
    await late.connection.subscribe(['nothing', 'state']);
    await late.heard('state new');
    await late.connection.subscribe(['state']);
    await waitFor('it once more', SOON_MS, async () => late.log.length === 3);
    expect(late.log).toEqual(['up', 'state new', 'state new']);
    await connection.subscribe(['state']);
    await heard('state new');
    expect(log).toEqual(['up', 'state new']);
  });

  test('hears nothing after it was dropped, and tells once that it is closed', async () => {
    const { connection, log, heard } = await opened();
    const witness = await opened('over a wire');
    await connection.subscribe(['c']);
    await witness.connection.subscribe(['c']);
    connection.destroy();
    connection.destroy();
    await heard('closed');
    connection.publish('c', 'from the dead', { qos: 1 });
    await connection.end(100);
    witness.connection.publish('c', 'too late', { qos: 1 });
    await witness.heard('c too late');
    expect(log).toEqual(['up', 'closed']);
    expect(witness.log).toEqual(['up', 'c too late']);
  });

  test('a broker that stops closes it, one that is stopped does not open it, and one that is back knows nothing', async () => {
    const { connection, log, heard } = await opened();
    connection.publish('state', 'kept', { qos: 1, retain: true });
    await connection.subscribe(['state']);
    await heard('state kept');
    await broker.stop();
    await heard('closed');
    expect(log.filter((line) => line === 'closed')).toEqual(['closed']);
    const closed: string[] = [];
    const handlers = { up: () => {}, message: () => {}, closed: (why: string) => void closed.push(why) };
    const open = way === 'inside' ? broker.openInside : openConnection;
    await open({ broker: `mqtt://127.0.0.1:${broker.port}` }, 'c', undefined, handlers).catch((error) =>
      closed.push(String(error)),
    );
    await waitFor('the refusal', SOON_MS, async () => closed.length === 1);
    await broker.start();
    const again = await opened();
    await again.connection.subscribe(['state', 'c']);
    again.connection.publish('c', 'end', { qos: 1 });
    await again.heard('c end');
    expect(again.log).toEqual(['up', 'c end']);
  });
});
