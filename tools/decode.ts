/** npm run decode -- tag|rfid|lock|hid|barcode|sip2 ...: explains bytes of any wire in words; exit 1 on bad ones. */
import { decodeCommand } from './decode/command.ts';
import { inJson, inText } from './decode/explanation.ts';

const program = decodeCommand((explanation, json) => {
  process.stdout.write(`${json ? inJson(explanation) : inText(explanation)}\n`);
  if (!explanation.ok) process.exitCode = 1;
});

await program.parseAsync().catch((error: unknown) => {
  console.error(String((error as Error).message ?? error));
  process.exitCode = 1;
});
