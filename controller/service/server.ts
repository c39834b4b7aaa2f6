/**
 * The technician's door: HTTP over a Unix socket in the data folder, so that the file system says who may come in.
 * Nothing here is reachable from the network or from the kiosk's page.
 */
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
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
  readonly #app: FastifyInstance;
  readonly #path: string;

  constructor(data: string, parts: ServiceParts) {
    this.#path = socketPath(data);
    this.#app = fastify({ bodyLimit: 16_384, forceCloseConnections: true });
    this.#app.get('/boards', () => parts.boards());
    this.#app.post<{ Body: { port: string; serialNumber: string } }>(
      '/provision',
      { schema: { body: ProvisionBody } },
      async ({ body }, reply) => {
        try {
          return await parts.provision(body.port, body.serialNumber);
        } catch (error) {
          return reply.code(409).send({ error: asTold(error) });
        }
      },
    );
    this.#app.post<{ Body: FlashRequest & { port: string } }>(
      '/flash',
      { schema: { body: FlashBody } },
      ({ body: { port, ...request } }, reply) => this.#flash(parts, port, request, reply),
    );
  }

  /** The ledger keeps a second controller away from this folder: a socket that is there is a dead one's. */
  async start(): Promise<void> {
    await rm(this.#path, { force: true });
    try {
      await this.#app.listen({ path: this.#path });
    } catch (cause) {
      const why = (cause as Error).message;
      throw new TerminalError('service.listen', `${this.#path} cannot be listened on (${why})`, { cause });
    }
    await chmod(this.#path, 0o660);
  }

  async stop(): Promise<void> {
    await this.#app.close();
  }

  /** A line of JSON for each step. Whoever goes away ends the flashing; the board is flashed again the next time. */
  async #flash(parts: ServiceParts, port: string, request: FlashRequest, reply: FastifyReply): Promise<void> {
    reply.hijack();
    const { raw } = reply;
    const gone = new AbortController();
    raw.on('close', () => gone.abort());
    raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const tell = (progress: Progress) => {
      if (!raw.destroyed) raw.write(`${JSON.stringify(progress)}\n`);
    };
    try {
      tell({ done: await parts.flash(port, request, tell, gone.signal) });
    } catch (error) {
      tell({ error: asTold(error) });
    }
    raw.end();
  }
}

function asTold(error: unknown): { code: string; message: string } {
  const message = (error as Error).message;
  return error instanceof TerminalError ? { code: error.code, message } : { code: 'service.failed', message };
}
