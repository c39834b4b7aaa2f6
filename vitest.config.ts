import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A virtual machine: npm run test:vm.
    exclude: ['test/vm/**'],
    // Two cores: whole programs and a browser run in some files, so files do not fight for them.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
