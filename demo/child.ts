/** A program of ours as a child process: ready when it prints its JSON line, ended by its id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A cold start on a slow machine takes seconds; more than this is a failure. */
const READY_MS_MAX = 20_000;
const STOP_MS_MAX = 5_000;
/** Room for all crash points of a story. */
const LOG_LINES_KEPT = 400;

/** Where a program listens, as it prints it. */
export interface Ready {
  readonly http?: number;
  readonly mqtt?: number;
  readonly kiosk?: number;
  readonly control?: number;
  readonly scanner?: number;
  readonly boardPorts?: readonly number[];
  /** Of the commercial boards in turn. */
  readonly lockPorts?: readonly number[];
  readonly readers?: readonly number[];
  readonly library?: number;
}

export interface ChildOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  log?(name: string, line: string): void;
}

export class Child {
  readonly ready: Promise<Ready>;
  readonly exited: Promise<void>;
  readonly startedMs = performance.now();
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  #ended = false;

  constructor({ name, args, env, log }: ChildOptions) {
    this.#process = spawn(process.execPath, [...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = new Promise((resolve) => {
      this.#process.once('exit', () => {
        this.#ended = true;
        resolve();
      });
    });
    this.ready = this.#whenReady(name);
    // Whoever never asks for `ready` still learns of the failure by `exited`.
    this.ready.catch(() => {});
    if (this.#process.stderr)
      createInterface(this.#process.stderr).on('line', (line) => {
        this.#lines.push(line);
        if (this.#lines.length > LOG_LINES_KEPT) this.#lines.shift();
        log?.(name, line);
      });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get lastLines(): readonly string[] {
    return this.#lines;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#ended) this.#process.kill(signal);
  }

  /** Ends it cleanly, and after a while not so cleanly. */
  async stop(): Promise<void> {
    this.kill('SIGTERM');
    const timer = setTimeout(() => this.kill('SIGKILL'), STOP_MS_MAX);
    await this.exited;
    clearTimeout(timer);
  }

  #whenReady(name: string): Promise<Ready> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${name} ${why}:\n${this.#lines.join('\n')}`));
      const timer = setTimeout(() => fail(`was not ready within ${READY_MS_MAX} ms`), READY_MS_MAX);
      this.#process.once('exit', (code, signal) => {
        clearTimeout(timer);
        // Its last words may still be in the pipe.
        setTimeout(() => fail(`ended with ${signal ?? code}`), 50);
      });
      if (this.#process.stdout)
        createInterface(this.#process.stdout).once('line', (line) => {
          clearTimeout(timer);
          resolve(JSON.parse(line) as Ready);
        });
    });
  }
}
