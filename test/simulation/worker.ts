/** One worker process: runs the simulation that it is sent, and answers with what it came to. */
import { type RunOptions, run } from './run.ts';

process.on('message', (options: RunOptions) => {
  run(options).then(
    (result) => process.send?.(result),
    (error) => {
      process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
