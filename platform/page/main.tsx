/** The platform's page: place an order, follow it, see terminals, doubts and the journal. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { type Order, type Picture, post, usePicture } from './server.ts';
import { type Tell, tellIn } from './texts.ts';

const BOOKS = ['红楼梦', '平凡的世界', '活着', '边城', '呐喊', '朝花夕拾'];
const STEPS = ['ordered', 'placed', 'loaded', 'ready', 'lent'] as const;

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
  const at = STEPS.indexOf(order.status as (typeof STEPS)[number]);
  const due = order.loan?.due.slice(0, 10) ?? '';
  return (
    <article class={`card order ${order.status}`}>
      <header>
        <h3>{order.title}</h3>
        <span>{tell('barcodeIs', { item: order.item })}</span>
        {order.compartment && <b class="compartment">{order.compartment}</b>}
      </header>
      <ol class="steps" aria-hidden="true">
        {STEPS.map((step, index) => (
          <li key={step} class={index <= at ? 'done' : ''} />
        ))}
      </ol>
      <p class="status">{tell(order.status, { due })}</p>
      {order.code && (
        <div class="code">
          <img src={`/api/orders/${order.hold}/code.svg`} alt="" />
          <strong>{order.code.replace(/(....)/, '$1 ')}</strong>
        </div>
      )}
      {(order.status === 'placed' || order.status === 'inDoubt') && (
        <button type="button" onClick={() => void post(`/api/orders/${order.hold}/withdraw`)}>
          {tell('withdraw')}
        </button>
      )}
    </article>
  );
}

function Fleet({ tell, picture }: { tell: Tell; picture: Picture }) {
  return (
    <section>
      <h2>{tell('terminals')}</h2>
      {picture.terminals.map((terminal) => (
        <article class="card" key={terminal.terminal}>
          <h3>
            <i class={`dot ${terminal.link}`} /> {terminal.name}
          </h3>
          <p>
            {tell(terminal.link)} · {tell('acknowledged', { sequence: terminal.acknowledged })} ·{' '}
            {tell(`chain${terminal.chain}`)}
          </p>
          <div class="grid">
            {terminal.compartments.map(({ compartment, content, door, service }) => (
              <span key={compartment} class={`${content} ${door} ${service}`} title={`${content}, ${door}`}>
                {compartment}
              </span>
            ))}
          </div>
        </article>
      ))}
      <h2>{tell('doubts')}</h2>
      {picture.doubts.length === 0 && <p class="empty">{tell('noDoubts')}</p>}
      {picture.doubts.map(({ hold, compartment, wayOut }) => (
        <p class="card doubt" key={hold}>
          {tell(wayOut, { compartment })}
        </p>
      ))}
      <h2>{tell('journal')}</h2>
      <ol class="journal">
        {picture.journal.map(({ sequence, time, data }) => (
          <li key={sequence}>
            <b>{sequence}</b> {data.kind} {data.compartment ?? data.title ?? ''}{' '}
            <time>{time?.slice(11, 19)}</time>
          </li>
        ))}
      </ol>
    </section>
  );
}

function App() {
  const [language, setLanguage] = useState<Language>('zh');
  const tell = tellIn(language);
  const picture = usePicture();
  const loans = picture.orders.filter(({ status }) => status === 'lent').length;
  return (
    <div class="page" lang={language}>
      <header class="head">
        <h1>{tell('title')}</h1>
        <span>{tell('loans', { count: loans })}</span>
        <button type="button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {tell('other')}
        </button>
      </header>
      <main>
        <OrderForm tell={tell} terminal={picture.terminals[0]?.terminal ?? 'demo'} />
        <section aria-live="polite">
          <h2>{tell('orders')}</h2>
          {picture.orders.length === 0 && <p class="empty">{tell('noOrders')}</p>}
          {picture.orders.map((order) => (
            <OrderCard key={order.hold} tell={tell} order={order} />
          ))}
        </section>
        <Fleet tell={tell} picture={picture} />
      </main>
    </div>
  );
}

render(<App />, document.getElementById('app') ?? document.body);
