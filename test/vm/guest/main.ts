/** Runs in the virtual machine: the controller's own ports on the kernel's own devices, story by story. */
import { usbSerialStory } from './reader.ts';
import { keyboardWedgeStory, posScannerStory, usbKeyboardStory } from './scanners.ts';
import { check, tell } from './tell.ts';

const STORIES = { posScannerStory, keyboardWedgeStory, usbKeyboardStory, usbSerialStory };

const uncaught: string[] = [];
process.on('uncaughtException', (error) => uncaught.push(String(error.stack)));

tell({ kind: 'ready' });
for (const [name, story] of Object.entries(STORIES))
  await story().catch((error: unknown) => tell({ kind: 'failed', check: name, why: String(error) }));
await check('uncaught', async () => ({ uncaught }));
tell({ kind: 'done' });
// A port that does not close must not keep the machine on.
process.exit(0);
