/** What people do at the kiosk, and what a story waits for. */
import type { Stack } from './stack.ts';
import { waitFor } from './wait.ts';

/** Quick in stories; doors need their time to spring open all the same. */
export const HANDS = { afterMs: 60, closeAfterMs: 120 };
const STEP_MS_MAX = 20_000;

export type Entry = { readonly kind: string; readonly [field: string]: unknown };

export async function entries({ platform }: Stack): Promise<Entry[]> {
  return (await platform.journal()).map(({ data }) => data);
}

/** The first entry that fits, told after `from`; waits until the platform has it. */
export function entryAfter(
  stack: Stack,
  from: number,
  what: string,
  fits: (entry: Entry) => boolean,
): Promise<Entry> {
  return waitFor(what, STEP_MS_MAX, async () => (await entries(stack)).slice(from).find(fits));
}

export const told = async (stack: Stack): Promise<number> => (await entries(stack)).length;

export function screenIs(stack: Stack, name: string): Promise<unknown> {
  return waitFor(`the screen ${name}`, STEP_MS_MAX, async () => (await stack.kiosk.screen()) === name);
}

export function noticeIs(stack: Stack, name: string): Promise<unknown> {
  return waitFor(
    `the notice ${name}`,
    STEP_MS_MAX,
    async () => (await stack.kiosk.view()).notice?.name === name,
  );
}

/** Somebody shows a credit pass; their own things are on the screen. */
export async function showPass(stack: Stack, text: string): Promise<void> {
  await stack.cabinet.scan(text);
  await screenIs(stack, 'visit');
}

/** Whoever stands there is done, and the kiosk is free. */
export async function leave(stack: Stack): Promise<void> {
  await waitFor('the kiosk to be free', STEP_MS_MAX, async () => {
    const { screen } = await stack.kiosk.view();
    if (screen.name === 'idle') return true;
    if (
      ['collected', 'visit', 'returning', 'renewing', 'showCard', 'enterPin', 'courier'].includes(screen.name)
    )
      await stack.kiosk.press('finish');
    return false;
  });
}
