/** The platform's page: place an order, follow it, see terminals, returns, doubts and the journal. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { DoubtCard } from './doubt.tsx';
import { Journal } from './journal.tsx';
import { dayOf, Returns } from './returns.tsx';
import { type Order, type Picture, post, usePicture } from './server.ts';
import { type Tell, tellIn } from './texts.ts';

const BOOKS = ['红楼梦', '平凡的世界', '活着', '边城', '呐喊', '朝花夕拾'];
const STEPS = ['ordered', 'placed', 'loaded', 'ready', 'lent', 'returned'] as const;

/** A copy of its own for each order, so that a title can be ordered again. */
const freshBarcode = () => `3300${String(Date.now()).slice(-10)}`;

function OrderForm({ tell, terminal }: { tell: Tell; terminal: string }) {
  const [title, setTitle] = useState(BOOKS[0] ?? '');
  const [item, setItem] = useState(freshBarcode);
  const [refusal, setRefusal] = useState<string>();
  const submit = async (event: Event) => {
    event.preventDefault();
    const told = await post('/api/orders', { terminal, item, title, patron: 'patron-demo' });
    setRefusal(told);
    if (!told) setItem(freshBarcode());
  };
  return (
    <form class="card" onSubmit={submit}>
      <h2>{tell('order')}</h2>
      <div class="books">
        {BOOKS.map((book) => (
          <button type="button" key={book} aria-pressed={book === title} onClick={() => setTitle(book)}>
            {book}
          </button>
        ))}
      </div>
      <label>
        {tell('book')}
        <input
          value={title}
          maxLength={200}
          required
          onInput={(event) => setTitle(event.currentTarget.value)}
        />
      </label>
      <label>
        {tell('barcode')}
        <input value={item} maxLength={64} required onInput={(event) => setItem(event.currentTarget.value)} />
      </label>
      <button class="main" type="submit">
        {tell('place')}
      </button>
      {refusal && <p role="alert">{refusal}</p>}
    </form>
  );
}

function OrderCard({ tell, order }: { tell: Tell; order: Order }) {
  const { due = '', returned } = order.loan ?? {};
  const status = returned ? 'returned' : order.status;
  const at = STEPS.indexOf(status as (typeof STEPS)[number]);
  return (
    <article class={`card order ${status}`}>
      <header>
        <h3>{order.title}</h3>
        <span>{tell('barcodeIs', { item: order.item })}</span>
        {order.compartment && !returned && <b class="compartment">{order.compartment}</b>}
      </header>
      {at >= 0 && (
        <ol class="steps" aria-hidden="true">
          {STEPS.map((step, index) => (
            <li key={step} class={index <= at ? 'done' : ''}>
              {tell(`step_${step}`)}
            </li>
          ))}
        </ol>
      )}
      <p class="status">
        {tell(status, {
          due: due.slice(0, 10),
          at: returned ? dayOf(returned.at) : '',
          terminal: returned?.terminal ?? '',
        })}
        {order.reason && <em>{tell('because', { reason: order.reason })}</em>}
      </p>
      {order.code && (
        <div class="code">
          <img src={`/api/orders/${order.hold}/code.svg`} alt="" />
          <strong>{order.code.replace(/(....)/, '$1 ')}</strong>
        </div>
      )}
      {['ordered', 'placed', 'inDoubt'].includes(order.status) && (
        <button type="button" onClick={() => void post(`/api/orders/${order.hold}/withdraw`)}>
          {tell('withdraw')}
        </button>
      )}
    </article>
  );
}

interface FleetProps {
  readonly tell: Tell;
  readonly language: Language;
  readonly picture: Picture;
  readonly chosen: string | undefined;
  choose(terminal: string): void;
}

function Fleet({ tell, language, picture, chosen, choose }: FleetProps) {
  return (
    <section>
      <h2>{tell('terminals')}</h2>
      {picture.terminals.map((terminal) => (
        <article class="card terminal" key={terminal.terminal}>
          {picture.terminals.length > 1 && (
            <button
              type="button"
              aria-pressed={terminal.terminal === chosen}
              onClick={() => choose(terminal.terminal)}
            >
              {tell('choose')}
            </button>
          )}
          <h3>
            <i class={`dot ${terminal.link}`} /> {terminal.name}
          </h3>
          <p>
            {tell(terminal.link)} · {tell('acknowledged', { sequence: terminal.acknowledged })} ·{' '}
            <span class={terminal.chain}>{tell(`chain${terminal.chain}`)}</span>
          </p>
          <div class="grid">
            {terminal.compartments.map(({ compartment, content, door, service }) => (
              <span
                key={compartment}
                class={`${content} ${door} ${service}`}
                title={`${tell(`content_${content}`)} · ${tell(`door_${door}`)}`}
              >
                {compartment}
              </span>
            ))}
          </div>
        </article>
      ))}
      <h2>{tell('doubts')}</h2>
      {picture.doubts.length === 0 && <p class="empty">{tell('noDoubts')}</p>}
      {picture.doubts.map((doubt) => (
        <DoubtCard key={`${doubt.terminal} ${doubt.item}`} tell={tell} language={language} doubt={doubt} />
      ))}
      <h2>{tell('journal')}</h2>
      <Journal language={language} rows={picture.journal} />
    </section>
  );
}

function App() {
  const [language, setLanguage] = useState<Language>('zh');
  const tell = tellIn(language);
  const [wanted, choose] = useState<string>();
  const picture = usePicture(wanted);
  const chosen = wanted ?? picture.terminals[0]?.terminal;
  const { loans, openLoans, doubled } = picture.counts;
  return (
    <div class="page" lang={language}>
      <header class="head">
        <h1>{tell('title')}</h1>
        <span>{tell('loans', { count: loans, open: openLoans })}</span>
        {doubled > 0 && <strong role="alert">{tell('doubled', { count: doubled })}</strong>}
        <button type="button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {tell('other')}
        </button>
      </header>
      <main>
        <section>
          <OrderForm tell={tell} terminal={chosen ?? 'demo'} />
          <Returns tell={tell} returns={picture.returns} />
        </section>
        <section aria-live="polite">
          <h2>{tell('orders')}</h2>
          {picture.orders.length === 0 && <p class="empty">{tell('noOrders')}</p>}
          {picture.orders.map((order) => (
            <OrderCard key={order.hold} tell={tell} order={order} />
          ))}
        </section>
        <Fleet tell={tell} language={language} picture={picture} chosen={chosen} choose={choose} />
      </main>
    </div>
  );
}

render(<App />, document.getElementById('app') ?? document.body);
