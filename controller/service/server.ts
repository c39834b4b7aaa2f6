/**
 * The technician's door: HTTP over a Unix socket in the data folder, so that the file system says who may come in.
 * Nothing here is reachable from the network or from the kiosk's page. Three routes on Node's own server: a second
 * Fastify would cost 1.3 MB of a Raspberry Pi's memory.
 */
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { TerminalError } from '../error.ts';

export interface FlashRequest {
  /** Full path of the hex. */
  readonly hex: string;
  /** What the board is, where nobody can ask it: it is stuck in its bootloader. */
  readonly kind?: 'mega2560' | 'uno';
}
/** What happens, as it happens; the last one is a `done` or an `error`. */
export type Progress =
  | { readonly step: string; readonly percent?: number; readonly attempt?: number }
  | { readonly done: object }
  | { readonly error: { readonly code: string; readonly message: string } };

export interface ServiceParts {
  /** Boards of the configuration, and ports with what is behind them. */
  boards(): object;
  flash(
    port: string,
    request: FlashRequest,
    tell: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<object>;
  /** Gives the board at a port its serial number. */
  provision(port: string, serialNumber: string): Promise<object>;
}

export const socketPath = (data: string) => join(data, 'service.sock');

const BODY_BYTES_MAX = 16_384;
const closed = { additionalProperties: false } as const;
const Port = Type.String({ minLength: 1, maxLength: 4_096 });
const FlashBody = Type.Object(
  {
    port: Port,
    hex: Type.String({ minLength: 1, maxLength: 4_096 }),
    kind: Type.Optional(Type.Union([Type.Literal('mega2560'), Type.Literal('uno')])),
  },
  closed,
);
const ProvisionBody = Type.Object(
  { port: Port, serialNumber: Type.String({ pattern: '^[\\x21-\\x7e]{1,8}$' }) },
  closed,
);

export class Service {
  readonly #server: Server;
  readonly #path: string;
  readonly #parts: ServiceParts;

  constructor(data: string, parts: ServiceParts) {
    this.#path = socketPath(data);
    this.#parts = parts;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => answer(response, 409, { error: asTold(error) }));
    });
  }

  /** The ledger keeps a second controller away from this folder: a socket that is there is a dead one's. */
  async start(): Promise<void> {
    await rm(this.#path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => {
        const what = `${this.#path} cannot be listened on (${cause.message})`;
        reject(new TerminalError('service.listen', what, { cause }));
      });
      this.#server.listen(this.#path, resolve);
    });
    await chmod(this.#path, 0o660);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url}`;
    if (route === 'GET /boards') answer(response, 200, this.#parts.boards());
    else if (route === 'POST /provision') {
      const { port, serialNumber } = await bodyOf(request, ProvisionBody);
      answer(response, 200, await this.#parts.provision(port, serialNumber));
    } else if (route === 'POST /flash') {
      const { port, ...job } = await bodyOf(request, FlashBody);
      await this.#flash(port, job, response);
    } else answer(response, 404, { error: { code: 'service.request', message: `there is no ${route}` } });
  }

  /** A line of JSON for each step. Whoever goes away ends the flashing; the board is flashed again the next time. */
  async #flash(port: string, job: FlashRequest, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const tell = (progress: Progress) => {
      if (!response.destroyed) response.write(`${JSON.stringify(progress)}\n`);
    };
    try {
      tell({ done: await this.#parts.flash(port, job, tell, gone.signal) });
    } catch (error) {
      tell({ error: asTold(error) });
    }
    response.end();
  }
}

async function bodyOf<T extends TSchema>(request: IncomingMessage, schema: T): Promise<Static<T>> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_BYTES_MAX) throw new TerminalError('service.request', 'the request is too long');
  }
  const value = parsed(text);
  const [wrong] = Value.Errors(schema, value);
  if (wrong) throw new TerminalError('service.request', `${wrong.path || 'the body'}: ${wrong.message}`);
  return value as Static<T>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TerminalError('service.request', 'the body is not JSON', { cause });
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) response.end();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function asTold(error: unknown): { code: string; message: string } {
  const message = (error as Error).message;
  return error instanceof TerminalError ? { code: error.code, message } : { code: 'service.failed', message };
}
