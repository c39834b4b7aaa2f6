/** The kiosk's HTTP server: one page, one stream of views to it, and what a person does coming back. */
import { createHash } from 'node:crypto';
import { type TSchema, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { createChannel, createSession } from 'better-sse';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { Closed, ItemId, OneOf } from '../../protocol/platform/words.ts';
import { TerminalError } from '../error.ts';
import { BUTTONS, type Button, type KioskInput, type KioskView } from '../lending/screen.ts';

/** The longest honest body, a code of 256 characters that JSON writes as escapes, is under 1,600 bytes. */
const BODY_BYTES_MAX = 2_048;
/** One screen and a technician's browser or two; more would be a page that opens streams without end. */
const STREAMS_MAX = 16;
/** A browser that comes back within the second hides the restart of the controller. */
const STREAM_RETRY_MS = 1_000;

/** The longest code, a credit pass, has 190 characters; base45 never ends in a blank. */
const CodeBody = Closed({
  code: Type.String({ pattern: '^[\\x21-\\x7e]([\\x20-\\x7e]{0,254}[\\x21-\\x7e])?$' }),
});
const ButtonBody = Closed({ button: OneOf(BUTTONS, 'what was touched') });
const PinBody = Closed({ pin: Type.String({ pattern: '^[0-9A-Za-z]{4,12}$' }) });
const ChooseBody = Closed({ item: ItemId });

/** None of them repeats what was sent: it may be a PIN. */
const EXPECTED: Record<string, string> = {
  '/code': 'send {"code": TEXT} with 1 to 256 printable ASCII characters and no blank at either end',
  '/button': `send {"button": NAME} with one of ${BUTTONS.join(', ')}`,
  '/pin': 'send {"pin": TEXT} with 4 to 12 digits or Latin letters',
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
    this.#input<{ pin: string }>('/pin', PinBody, ({ pin }) => ({ kind: 'pin', pin }));
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
      // What went wrong with a PIN may quote it.
      const err = request.routeOptions.url === '/pin' ? error.name : error;
      this.#options.log?.error({ err, url: request.url }, 'the kiosk could not answer a request');
      return reply.code(500).send({ error: 'the terminal could not do this; its log says why' });
    });
  }
}
