/** The kiosk's HTTP server: one page, one stream of views to it, and what a person does coming back. */
import { createHash } from 'node:crypto';
import { type TSchema, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { createChannel, createSession } from 'better-sse';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { ItemId } from '../../protocol/platform/words.ts';
import { TerminalError } from '../error.ts';
import type { Button, KioskInput, KioskView } from '../lending/screen.ts';

/** The longest honest body, an item of 64 characters that JSON writes as escapes, is under 800 bytes. */
const BODY_BYTES_MAX = 1_024;
/** One screen and a technician's browser or two; more would be a page that opens streams without end. */
const STREAMS_MAX = 16;
/** A browser that comes back within the second hides the restart of the controller. */
const STREAM_RETRY_MS = 1_000;

const CodeBody = Type.Object(
  { code: Type.String({ pattern: '^[\\x21-\\x7e]([\\x20-\\x7e]{0,62}[\\x21-\\x7e])?$' }) },
  { additionalProperties: false },
);
const ButtonBody = Type.Object(
  { button: Type.Union([Type.Literal('finish'), Type.Literal('return')]) },
  { additionalProperties: false },
);
const ChooseBody = Type.Object({ item: ItemId }, { additionalProperties: false });

const EXPECTED: Record<string, string> = {
  '/code': 'send {"code": TEXT} with 1 to 64 printable ASCII characters and no blank at either end',
  '/button': 'send {"button": "finish"} or {"button": "return"}',
  '/choose': 'send {"item": TEXT} with 1 to 64 characters, one of the items on the screen',
};

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export interface KioskOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The built page, one HTML text. */
  readonly page: string;
  /** What the page starts with and returns to between two people. */
  readonly language?: 'zh' | 'en';
  readonly log?: { error(fields: object, message: string): void };
  readonly nowMs?: () => number;
  onInput(input: KioskInput): void;
  health(): object;
}

export class Kiosk {
  readonly #options: KioskOptions;
  readonly #app: FastifyInstance;
  readonly #streams = createChannel();
  readonly #page: string;
  readonly #nowMs: () => number;
  #last: { readonly view: KioskView; readonly shownAtMs: number } | undefined;

  constructor(options: KioskOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#page = options.page.replace(/<html lang="[a-z]*"/, `<html lang="${options.language ?? 'zh'}"`);
    this.#app = fastify({
      bodyLimit: BODY_BYTES_MAX,
      forceCloseConnections: true,
    });
    // TypeBox is in memory already; Fastify's own compiler would add 5 MB and a good part of the start.
    this.#app.setValidatorCompiler<TSchema>(({ schema }) => {
      const compiled = TypeCompiler.Compile(schema);
      return (value) => {
        const first = compiled.Errors(value).First();
        return first
          ? {
              error: Object.assign(new Error(`${first.path || 'body'}: ${first.message}`), {
                validation: [],
              }),
            }
          : { value };
      };
    });
    this.#app.setSerializerCompiler(() => JSON.stringify);
    this.#app.addHook('onRequest', async (_request, reply) => {
      reply.headers(HEADERS);
    });
    this.#answerErrors();
    this.#routes();
    this.#streamRoute();
  }

  async start(): Promise<{ port: number }> {
    const { host, port } = this.#options;
    try {
      await this.#app.listen({ host, port });
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      const advice =
        code === 'EADDRINUSE'
          ? 'another program uses this port: stop it, or set another kiosk.port in the configuration'
          : 'set kiosk.host and kiosk.port in the configuration to what this machine may listen on';
      throw new TerminalError(
        'kiosk.listen',
        `the kiosk cannot listen on ${host} port ${port} (${code}): ${advice}`,
        {
          cause,
        },
      );
    }
    const address = this.#app.server.address();
    return { port: typeof address === 'object' && address ? address.port : port };
  }

  /** Keeps the view for pages that come later and sends it to those that are here. */
  show(view: KioskView): void {
    this.#last = { view, shownAtMs: this.#nowMs() };
    this.#streams.broadcast(view, 'view');
  }

  /** Ends open streams at once, too. */
  async stop(): Promise<void> {
    await this.#app.close();
  }

  #routes(): void {
    this.#app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(this.#page));
    this.#app.get('/health', () => this.#options.health());
    this.#input<{ code: string }>('/code', CodeBody, ({ code }) => ({ kind: 'code', text: code }));
    this.#input<{ button: Button }>('/button', ButtonBody, ({ button }) => ({ kind: 'button', button }));
    this.#input<{ item: string }>('/choose', ChooseBody, ({ item }) => ({ kind: 'choose', item }));
  }

  #input<Body>(path: string, body: TSchema, inputOf: (body: Body) => KioskInput): void {
    this.#app.post<{ Body: Body }>(path, { schema: { body } }, (request, reply) => {
      this.#options.onInput(inputOf(request.body as Body));
      return reply.code(202).send({ accepted: true });
    });
  }

  #streamRoute(): void {
    const version = createHash('sha256').update(this.#page).digest('hex').slice(0, 16);
    this.#app.get('/events', async (request, reply) => {
      if (this.#streams.sessionCount >= STREAMS_MAX)
        return reply.code(503).send({ error: `${STREAMS_MAX} pages are open already: close one` });
      reply.hijack();
      const session = await createSession(request.raw, reply.raw, { retry: STREAM_RETRY_MS });
      // The page compares: after an update of the terminal it loads itself anew.
      session.push(version, 'version');
      if (this.#last) {
        // `nowMs` moves on with the time since, or a late page would count from too far back.
        const { view, shownAtMs } = this.#last;
        session.push({ ...view, nowMs: view.nowMs + this.#nowMs() - shownAtMs }, 'view');
      }
      this.#streams.register(session);
    });
  }

  #answerErrors(): void {
    this.#app.setNotFoundHandler((_request, reply) =>
      reply.code(404).send({ error: 'there is nothing here' }),
    );
    this.#app.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status < 500) {
        const expected = EXPECTED[request.routeOptions.url ?? ''];
        return reply.code(status).send({ error: expected ?? error.message });
      }
      this.#options.log?.error({ err: error, url: request.url }, 'the kiosk could not answer a request');
      return reply.code(500).send({ error: 'the terminal could not do this; its log says why' });
    });
  }
}
