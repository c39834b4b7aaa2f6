/** Orders: place one, follow it, show its code, open its door for whoever stands there. */
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { dayOf } from './returns.tsx';
import { get, type Order, type Patron, post, useLook } from './server.ts';
import type { Tell } from './texts.ts';
import { isValue, tellValueIn } from './values.ts';

const BOOKS = ['红楼梦', '平凡的世界', '活着', '边城', '呐喊', '朝花夕拾'];
const STEPS = ['ordered', 'placed', 'loaded', 'ready', 'lent', 'returned'] as const;

/** A copy of its own for each order, so that a title can be ordered again. */
const freshBarcode = () => `3300${String(Date.now()).slice(-10)}`;

const NOBODY: readonly Patron[] = [];

export function OrderForm({ tell, terminal }: { tell: Tell; terminal: string }) {
  const patrons = useLook(() => get<Patron[]>('/api/patrons'), NOBODY);
  const [patron, setPatron] = useState('patron-demo');
  const [reach, setReach] = useState('');
  const [title, setTitle] = useState(BOOKS[0] ?? '');
  const [item, setItem] = useState(freshBarcode);
  const [refusal, setRefusal] = useState<string>();
  const submit = async (event: Event) => {
    event.preventDefault();
    const told = await post('/api/orders', { terminal, item, title, patron, ...(reach ? { reach } : {}) });
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
      <div class="pair">
        <label>
          {tell('patron')}
          <select value={patron} onChange={(event) => setPatron(event.currentTarget.value)}>
            {(patrons.length > 0 ? patrons : [{ patron }]).map((one) => (
              <option key={one.patron}>{one.patron}</option>
            ))}
          </select>
        </label>
        <label>
          {tell('reach')}
          <select value={reach} onChange={(event) => setReach(event.currentTarget.value)}>
            <option value="">{tell('anywhere')}</option>
            <option value="low">{tell('low')}</option>
            <option value="high">{tell('high')}</option>
          </select>
        </label>
      </div>
      <button class="main" type="submit">
        {tell('place')}
      </button>
      {refusal && <p role="alert">{refusal}</p>}
    </form>
  );
}

interface OrderProps {
  readonly tell: Tell;
  readonly language: Language;
  readonly order: Order;
}

export function OrderCard({ tell, language, order }: OrderProps) {
  const { due = '', returned, disputed } = order.loan ?? {};
  const [refusal, setRefusal] = useState<string>();
  const open = async () => setRefusal(await post('/api/open', { holds: [order.hold] }));
  const reason = isValue(order.reason) ? tellValueIn(language)(order.reason) : order.reason;
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
        {reason && <em>{tell('because', { reason })}</em>}
        {disputed && !returned && <em>{tell('denied')}</em>}
      </p>
      {order.code && (
        <div class="code">
          <img src={`/api/orders/${order.hold}/code.svg`} alt="" />
          <strong>{order.code.replace(/(....)/, '$1 ')}</strong>
        </div>
      )}
      {['loaded', 'ready'].includes(order.status) && (
        <button type="button" onClick={() => void open()}>
          {tell('openForMe')}
        </button>
      )}
      {refusal && <p role="alert">{refusal}</p>}
      {['ordered', 'placed', 'loaded', 'ready', 'inDoubt'].includes(order.status) && (
        <button type="button" onClick={() => void post(`/api/orders/${order.hold}/withdraw`)}>
          {tell('withdraw')}
        </button>
      )}
    </article>
  );
}
