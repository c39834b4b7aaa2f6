/** The platform's page: orders and terminals, patrons and their credit, open stock, and what a person must look at. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { Conflicts } from './conflicts.tsx';
import { Fleet } from './fleet.tsx';
import { OrderCard, OrderForm } from './orders.tsx';
import { Credit } from './patrons.tsx';
import { Returns } from './returns.tsx';
import { usePicture } from './server.ts';
import { Stock } from './stock.tsx';
import { tellIn } from './texts.ts';

const TABS = ['orders', 'credit', 'stock', 'conflicts'] as const;
type Tab = (typeof TABS)[number];

function App() {
  const [language, setLanguage] = useState<Language>('zh');
  const tell = tellIn(language);
  const [tab, turnTo] = useState<Tab>('orders');
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
      <nav class="tabs">
        {TABS.map((one) => (
          <button type="button" key={one} aria-pressed={one === tab} onClick={() => turnTo(one)}>
            {tell(`tab_${one}`)}
            {one === 'conflicts' && doubled > 0 && <b>{doubled}</b>}
          </button>
        ))}
      </nav>
      {tab === 'orders' && (
        <main>
          <section>
            <OrderForm tell={tell} terminal={chosen ?? 'demo'} />
            <Returns tell={tell} returns={picture.returns} />
          </section>
          <section aria-live="polite">
            <h2>{tell('orders')}</h2>
            {picture.orders.length === 0 && <p class="empty">{tell('noOrders')}</p>}
            {picture.orders.map((order) => (
              <OrderCard key={order.hold} tell={tell} language={language} order={order} />
            ))}
          </section>
          <Fleet tell={tell} language={language} picture={picture} chosen={chosen} choose={choose} />
        </main>
      )}
      {tab === 'credit' && <Credit language={language} />}
      {tab === 'stock' && <Stock language={language} terminals={picture.terminals} chosen={chosen} />}
      {tab === 'conflicts' && <Conflicts language={language} />}
    </div>
  );
}

render(<App />, document.getElementById('app') ?? document.body);
