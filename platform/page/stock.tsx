/** Open stock by terminal: place a copy, also a bookshop's new book; recall what shall be lent no more. */
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { get, post, type StockItem, type Terminal, useLook } from './server.ts';
import { type StockTell, tellStockIn } from './stock-texts.ts';

interface StockProps {
  readonly language: Language;
  readonly terminals: readonly Terminal[];
  readonly chosen: string | undefined;
}

const NOTHING: readonly StockItem[] = [];
const FEN = 100;
const freshBarcode = () => `3301${String(Date.now()).slice(-10)}`;

export function Stock({ language, terminals, chosen }: StockProps) {
  const tell = tellStockIn(language);
  const stock = useLook(() => get<StockItem[]>('/api/stock'), NOTHING);
  return (
    <main class="stock">
      <StockForm tell={tell} terminals={terminals} chosen={chosen} />
      <section aria-live="polite">
        {stock.length === 0 && <p class="empty">{tell('nothing')}</p>}
        {terminals.map(({ terminal, name }) => (
          <Shelf
            key={terminal}
            tell={tell}
            name={name}
            items={stock.filter((item) => item.terminal === terminal)}
          />
        ))}
      </section>
    </main>
  );
}

function Shelf({ tell, name, items }: { tell: StockTell; name: string; items: readonly StockItem[] }) {
  if (items.length === 0) return null;
  return (
    <>
      <h2>{name}</h2>
      <ul class="lines card">
        {items.map((item) => (
          <StockLine key={item.item} tell={tell} stock={item} />
        ))}
      </ul>
    </>
  );
}

function StockLine({ tell, stock }: { tell: StockTell; stock: StockItem }) {
  const { item, title, status, compartment, reason, onlineOnly, recalled, shop } = stock;
  const here = ['ordered', 'placed', 'loaded'].includes(status);
  return (
    <li class={here ? '' : 'over'} data-item={item}>
      <b class="compartment">{compartment ?? '—'}</b>
      <span>
        {title}
        <small>
          {item}
          {shop && ` · ${tell('shop', { yuan: (shop.priceFen / FEN).toFixed(2), isbn: shop.isbn })}`}
          {onlineOnly && ` · ${tell('onlineOnly')}`}
          {reason && ` · ${reason}`}
        </small>
      </span>
      <em>{recalled ? tell('recalled') : tell(`is_${status}`)}</em>
      {recalled ? (
        <button
          type="button"
          onClick={() => void post(`/api/recalls/${encodeURIComponent(item)}`, undefined, 'DELETE')}
        >
          {tell('liftRecall')}
        </button>
      ) : (
        here && (
          <button type="button" onClick={() => void post('/api/recalls', { item })}>
            {tell('recall')}
          </button>
        )
      )}
    </li>
  );
}

function StockForm({ tell, terminals, chosen }: Omit<StockProps, 'language'> & { tell: StockTell }) {
  const [failed, setFailed] = useState<string>();
  const [item, setItem] = useState(freshBarcode);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const told = await post('/api/stock', bodyOf(new FormData(event.currentTarget as HTMLFormElement)));
    setFailed(told);
    if (!told) setItem(freshBarcode());
  };
  return (
    <form class="card" onSubmit={submit}>
      <h2>{tell('place')}</h2>
      <label>
        {tell('terminal')}
        <select name="terminal" value={chosen}>
          {terminals.map(({ terminal, name }) => (
            <option key={terminal} value={terminal}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {tell('title')}
        <input name="title" required maxLength={200} />
      </label>
      <label>
        {tell('barcode')}
        <input
          name="item"
          required
          maxLength={64}
          value={item}
          onInput={(event) => setItem(event.currentTarget.value)}
        />
      </label>
      <label>
        {tell('size')}
        <select name="size">
          {(['small', 'medium', 'large'] as const).map((size) => (
            <option key={size} value={size}>
              {tell(size)}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input type="checkbox" name="onlineOnly" /> {tell('onlineOnly')}
      </label>
      <div class="pair">
        <label>
          {tell('isbn')}
          <input name="isbn" pattern="97[89][0-9]{10}" />
        </label>
        <label>
          {tell('price')}
          <input name="price" type="number" min="0" step="0.01" />
        </label>
      </div>
      <button class="main" type="submit">
        {tell('place')}
      </button>
      {failed && <p role="alert">{failed}</p>}
    </form>
  );
}

function bodyOf(form: FormData): object {
  const text = (name: string) => String(form.get(name) ?? '');
  const isbn = text('isbn');
  return {
    terminal: text('terminal'),
    title: text('title'),
    item: text('item'),
    size: text('size'),
    ...(form.get('onlineOnly') ? { onlineOnly: true } : {}),
    ...(isbn ? { shop: { isbn, priceFen: Math.round(Number(text('price')) * FEN) } } : {}),
  };
}
