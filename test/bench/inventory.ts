/**
 * All tags of a cabinet: sixteen compartments with five tags each behind one FEIG reader, over TCP and in real time,
 * against the sum of what cannot be shortened: bytes on the serial wire at its own rate, the silence that the reader
 * wants before each request (5 ms, manual 3.1), and its scans.
 */
import { TagReader } from '../../controller/sensing/tag-reader.ts';
import { tagRules } from '../../controller/sensing/tag-rules.ts';
import { waitFor } from '../../demo/wait.ts';
import { RFID_DRIVERS } from '../../protocol/rfid/drivers.ts';
import { writeTag } from '../../protocol/tag/tag.ts';
import type { DeviceLogic } from '../../simulator/devices/device.ts';
import { FeigReader } from '../../simulator/devices/feig.ts';
import { simTag } from '../../simulator/devices/field.ts';
import { deviceOnTcp } from '../devices/on-tcp.ts';
import { median, type Result, result } from './statistics.ts';

const COMPARTMENTS = 16;
const TAGS_EACH = 5;
const TAG_BYTES = 112;
const LINK_MS_MAX = 5_000;

const driver = RFID_DRIVERS.feig.create({ antennas: COMPARTMENTS });
const hex2 = (value: number) => value.toString(16).padStart(2, '0').toUpperCase();
const field = Array.from({ length: COMPARTMENTS }, (_, compartment) =>
  Array.from({ length: TAGS_EACH }, (_tag, tag) =>
    simTag({
      uid: `E00401${hex2(compartment)}0000${hex2(tag)}AA`,
      memory: writeTag(
        'iso28560-3',
        { item: `3300${compartment * TAGS_EACH + tag}`, owner: 'CN-330000' },
        TAG_BYTES,
      ),
    }),
  ),
);

export async function inventory(runs: number): Promise<Result[]> {
  const spent = { ms: 0 };
  let heardBefore = 0;
  const heard = () => {
    const bytes = device.heard.length - heardBefore;
    heardBefore = device.heard.length;
    return bytes;
  };
  const device = await deviceOnTcp(counted(new FeigReader((antenna) => field[antenna] ?? []), spent, heard));
  const reader = new TagReader({
    plan: {
      name: 'shelf',
      url: device.url,
      driver,
      compartments: field.map((_, at) => `A${at + 1}`),
    },
    rules: tagRules(),
    onLink: () => {},
    onTrouble: (why) => console.error(why),
  });
  const [ours, bound]: [number[], number[]] = [[], []];
  try {
    reader.start();
    await waitFor('the reader', LINK_MS_MAX, async () => reader.link === 'up');
    for (let run = 0; run < runs; run += 1) {
      spent.ms = 0;
      const startMs = performance.now();
      for (let antenna = 0; antenna < COMPARTMENTS; antenna += 1) await readAll(reader, antenna);
      ours.push(performance.now() - startMs);
      bound.push(spent.ms);
    }
  } finally {
    await reader.stop();
    device.close();
  }
  return [result('inventory', 'ms', runs, median(ours), 'wire and scans', median(bound))];
}

async function readAll(reader: TagReader, antenna: number): Promise<void> {
  const { tags, complete } = await reader.read(antenna);
  const items = tags.filter(({ item }) => item).length;
  if (!complete || items !== TAGS_EACH) throw new Error(`antenna ${antenna}: ${items} of ${TAGS_EACH} items`);
}

/**
 * The device with its requests on the serial wire too, which TCP does not slow down; what request, scan and answer
 * take is added up.
 */
function counted<R>(logic: DeviceLogic<R>, spent: { ms: number }, heardBytes: () => number): DeviceLogic<R> {
  const { baud, bitsPerByte } = logic;
  const wireMs = (bytes: number) => (bytes * bitsPerByte * 1_000) / baud;
  return {
    baud,
    bitsPerByte,
    splitter: (bad) => logic.splitter(bad),
    answer: (request, fault) => {
      const answer = logic.answer(request, fault);
      if (!answer) return undefined;
      const workMs = wireMs(heardBytes()) + (answer.workMs ?? 0);
      spent.ms += driver.wire.pauseMs + workMs + wireMs(answer.bytes.length);
      return { ...answer, workMs };
    },
  };
}
