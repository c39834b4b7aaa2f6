/** The fuzzer's harness: the kept inputs break no rule, and a board that breaks one is found out. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { missing } from '../integration/peers.ts';

const FIRMWARE = fileURLToPath(new URL('../../firmware/', import.meta.url));
const CORPUS = join(FIRMWARE, 'host/corpus');
const BOARDS = ['mega2560', 'uno'] as const;
type Board = (typeof BOARDS)[number];
/** A cold build with sanitizers on a small machine, and some seconds of runs. */
const TEST_MS_MAX = 180_000;
/** Many times what each defect needs when the kept inputs are there to begin with. */
const RUNS_MAX = 300_000;
/** libFuzzer's exit code for a finding. */
const FOUND = 77;

function run(command: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: TEST_MS_MAX });
  return { status, output: `${stdout}${stderr}` };
}

/** The fuzzer of one shape of board, built in that folder. */
function build(firmware: string, board: Board): string {
  const fuzzer = `build/fuzz-${board}`;
  const { status, output } = run('make', ['-C', firmware, fuzzer]);
  expect(status, output).toBe(0);
  return join(firmware, fuzzer);
}

/** Defects as someone may write them one day: one line of the sources each. */
const DEFECTS = [
  {
    name: 'a coil that does not rest',
    file: 'lock.c',
    line: 'unlock->rest_ms = COIL_REST_MS;',
    instead: 'unlock->rest_ms = 0;',
    rule: 'a coil rests after its pulse',
  },
  {
    name: 'a coil that is on for a millisecond more than its duty',
    file: 'heat.c',
    line: 'pulse_ms * COIL_COOL_MS <= UNITS_MAX;',
    instead: 'pulse_ms * COIL_COOL_MS <= UNITS_MAX + COIL_COOL_MS;',
    rule: "a coil's on time stays within its duty",
  },
  {
    name: 'an acknowledgement of what was never told',
    file: 'event.c',
    line: 'if (span > (uint16_t)(last_number - oldest)) return;',
    instead: '',
    rule: '`previous` passes over merged moves only',
  },
  {
    name: 'settings written over the good ones',
    file: 'settings.c',
    line: 'uint8_t slot = !newest;',
    instead: 'uint8_t slot = newest;',
    rule: 'a start finds the settings before or after, never a mixture',
  },
] as const;

/** The firmware in a folder of its own, with one line changed. */
function withDefect(
  { file, line, instead }: (typeof DEFECTS)[number],
  test: (firmware: string) => void,
): void {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-defect-'));
  try {
    for (const part of ['Makefile', 'src', 'boards', 'host'])
      cpSync(join(FIRMWARE, part), join(folder, part), { recursive: true });
    const source = join(folder, 'src', file);
    const text = readFileSync(source, 'utf8');
    expect(text.split(line), `${file} has this line once: ${line}`).toHaveLength(2);
    writeFileSync(source, text.replace(line, instead));
    test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const skipped = missing('clang') || missing('make');

describe('the firmware under the fuzzer', () => {
  it.skipIf(skipped).each(BOARDS)(
    'breaks no rule with any input that was kept: %s',
    (board) => {
      const { status, output } = run(build(FIRMWARE, board), ['-runs=0', '-detect_leaks=0', CORPUS]);
      expect(status, output).toBe(0);
      expect(output).toMatch(/seed corpus: files: \d{2,}/);
    },
    TEST_MS_MAX,
  );

  it.skipIf(skipped).each(DEFECTS)(
    'is found out: $name',
    (defect) => {
      withDefect(defect, (firmware) => {
        const { status, output } = run(build(firmware, 'mega2560'), [
          `-runs=${RUNS_MAX}`,
          '-seed=1',
          '-max_len=256',
          '-detect_leaks=0',
          `-artifact_prefix=${join(firmware, 'build')}/`,
          join(firmware, 'host/corpus'),
        ]);
        expect(output).toContain(`: ${defect.rule} (`);
        expect(status, output).toBe(FOUND);
      });
    },
    TEST_MS_MAX,
  );
});
