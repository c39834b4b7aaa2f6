/** `npm run test:vm`: the controller on a real kernel, in a virtual machine. Apart from `npm test`, as it needs QEMU. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/vm/**/*.test.ts'],
    // The machine ends with the thread that started it; a process of its own would outlive an interrupted vitest.
    pool: 'threads',
  },
});
