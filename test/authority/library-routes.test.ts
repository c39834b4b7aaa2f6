/** The simulated library by its control routes: as scenarios and tests see and alter it. */
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Sip2Client } from '../../controller/authority/sip2-client.ts';
import { CabinetClient } from '../../demo/clients.ts';
import { waitFor } from '../../demo/wait.ts';
import type { SimulatedAcs } from '../../simulator/library/acs.ts';
import { libraryPlan, makeLibrary } from '../../simulator/library/plan.ts';
import { libraryRoutes } from '../../simulator/library/routes.ts';
import { LIMIT_MS, LIMITS } from './sip2-bench.ts';

let app: FastifyInstance;
let acs: SimulatedAcs;
let cabinet: CabinetClient;
let client: Sip2Client;

beforeEach(async () => {
  acs = makeLibrary(
    libraryPlan('{"patrons":[{"id":"P1","pin":"1","name":"王"}],"items":[{"id":"B1","title":"红楼梦"}]}'),
  );
  const port = await acs.listen();
  app = fastify();
  libraryRoutes(app, acs);
  cabinet = new CabinetClient(await app.listen({ host: '127.0.0.1', port: 0 }));
  client = new Sip2Client({
    url: `tcp://127.0.0.1:${port}`,
    login: { userId: 'terminal', password: 'terminal-demo' },
    backoff: { msMin: 10, msMax: 20, stableMs: 10_000 },
    limits: { ...LIMITS, answerMs: 100 },
  });
  client.start();
  await until('up');
});
afterEach(async () => {
  await client.stop();
  await app.close();
  await acs.close();
});
const until = (link: 'up' | 'down') => waitFor(`library ${link}`, LIMIT_MS, async () => client.link === link);

test('what the terminal does there is seen, and what is altered there the terminal sees', async () => {
  expect(await client.item('B1')).toMatchObject({ circulationStatus: '03', titleId: '红楼梦' });
  await client.checkout({ patronId: 'P1', pin: '1', itemId: 'B1' });
  expect(await cabinet.library()).toMatchObject({
    cable: 'ok',
    clients: 1,
    loans: [{ item: 'B1', patronId: 'P1' }],
    effects: ['checkout B1 to P1'],
    log: ['connected', '930', '991', '172', '633', '114'],
  });
  await cabinet.changeLibrary({
    patrons: [{ id: 'P2', pin: '2', name: 'x', itemsMax: 1 }],
    items: [{ id: 'B2', title: 'T', status: '07' }],
    loans: [{ itemId: 'B1', patronId: null }],
    holds: [{ patronId: 'P2', itemId: 'B1', waits: true }],
    habits: { listsHold: 'titles' },
  });
  expect(await client.patron('P2', '2', 'holdItems')).toMatchObject({
    validPatronPassword: true,
    chargedItemsLimit: 1,
    holdItems: ['红楼梦'],
  });
  expect(await client.item('B2')).toMatchObject({ circulationStatus: '07' });
  expect((await cabinet.library()).loans).toEqual([]);
});

test('it is cut off, hangs, and spoils its answers', async () => {
  await cabinet.libraryCable('cut');
  await until('down');
  await cabinet.libraryCable('ok');
  await until('up');
  await cabinet.libraryCable('hung');
  await expect(client.item('B1')).rejects.toMatchObject({ code: 'library.timeout' });
  await cabinet.libraryCable('ok');
  await until('up');
  await cabinet.libraryFaults(['drop']);
  await expect(client.item('B1')).rejects.toMatchObject({ code: 'library.timeout' });
});

test('what it does not know is refused with why', async () => {
  await expect(cabinet.libraryFaults(['tired'])).rejects.toThrow('400');
  await expect(cabinet.changeLibrary({ items: [{ id: 'B3' }] })).rejects.toThrow(
    "must have required property 'title'",
  );
  expect(() => libraryPlan('patrons')).toThrow('JSON with patrons');
  expect(() => libraryPlan('{"patrons":[{"id":"P1"}]}')).toThrow('/patrons/0/pin');
});
