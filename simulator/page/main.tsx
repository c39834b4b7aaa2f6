/** The cabinet's page: sixteen doors to click, a scanner to type into, and a technician's tricks. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { act, type CabinetView, type CompartmentView, useCabinet } from './server.ts';
import { type Tell, tellIn } from './texts.ts';

const BADGE = 'COURIER-1';
const CODES_KEPT = 5;
const MEDIUM_FROM = 8;
const LARGE_FROM = 13;

const nameOf = (compartment: number) => `A${String(compartment + 1).padStart(2, '0')}`;
const sizeOf = (compartment: number) =>
  compartment < MEDIUM_FROM ? 'small' : compartment < LARGE_FROM ? 'medium' : 'large';

interface DoorProps {
  readonly tell: Tell;
  readonly view: CompartmentView;
  /** What the hands hold: the item that was scanned last. */
  readonly held: string | undefined;
}

function Door({ tell, view, held }: DoorProps) {
  const { compartment, door, items, lamp, coil, jammed } = view;
  const path = `/compartments/${compartment}`;
  const state = [
    sizeOf(compartment),
    door,
    lamp ? 'lit' : '',
    coil ? 'coil' : '',
    jammed ? 'jammed' : '',
  ].join(' ');
  return (
    <div class={`compartment ${state}`} data-compartment={nameOf(compartment)}>
      <div class="inside">
        {items.map((item) => (
          <span class="book" key={item} title={item}>
            {item.slice(-4)}
          </span>
        ))}
        {door === 'open' && (
          <div class="actions">
            {held && items.length === 0 && (
              <button type="button" onClick={() => act(`${path}/put`, { item: held })}>
                {tell('put', { item: held.slice(-6) })}
              </button>
            )}
            {items.length > 0 && (
              <button type="button" onClick={() => act(`${path}/take`)}>
                {tell('take')}
              </button>
            )}
            <button type="button" class="main" onClick={() => act(`${path}/close`)}>
              {tell('close')}
            </button>
          </div>
        )}
      </div>
      <div class="leaf">
        <i class="lamp" />
        <b>{nameOf(compartment)}</b>
      </div>
    </div>
  );
}

function Scanner({
  tell,
  codes,
  scan,
}: {
  tell: Tell;
  codes: readonly string[];
  scan: (code: string) => void;
}) {
  const [text, setText] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim()) scan(text.trim());
    setText('');
  };
  return (
    <form class="card" onSubmit={submit}>
      <h2>{tell('scanner')}</h2>
      <div class="row">
        <input
          value={text}
          placeholder={tell('scanHint')}
          aria-label={tell('scanHint')}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button class="main" type="submit">
          {tell('scan')}
        </button>
      </div>
      <div class="row wrap">
        <button type="button" onClick={() => scan(BADGE)}>
          {tell('badge')} · {BADGE}
        </button>
        {codes.map((code) => (
          <button type="button" key={code} onClick={() => scan(code)}>
            {code}
          </button>
        ))}
      </div>
    </form>
  );
}

function Technician({ tell, view }: { tell: Tell; view: CabinetView }) {
  const [chosen, choose] = useState(0);
  const jammed = view.compartments[chosen]?.jammed ?? false;
  const cut = view.board.cable !== 'ok';
  return (
    <details class="card">
      <summary>{tell('technician')}</summary>
      <div class="row wrap">
        <select value={chosen} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {view.compartments.map(({ compartment }) => (
            <option key={compartment} value={compartment}>
              {nameOf(compartment)}
            </option>
          ))}
        </select>
        <button type="button" onClick={() => act(`/compartments/${chosen}/jam`, { jammed: !jammed })}>
          {tell(jammed ? 'unjam' : 'jam')}
        </button>
        <button type="button" onClick={() => act(`/compartments/${chosen}/force-open`)}>
          {tell('force')}
        </button>
      </div>
      <div class="row wrap">
        <button type="button" onClick={() => act('/board/cable', { state: cut ? 'ok' : 'cut' })}>
          {tell(cut ? 'mendCable' : 'cutCable')}
        </button>
        <button type="button" onClick={() => act('/board/reset', { kind: 'external' })}>
          {tell('reset')}
        </button>
      </div>
    </details>
  );
}

function App() {
  const [language, setLanguage] = useState<Language>('zh');
  const [codes, setCodes] = useState<readonly string[]>([]);
  const { view, lost } = useCabinet();
  const tell = tellIn(language);
  const scan = (code: string) => {
    act('/scan', { code });
    if (code !== BADGE) setCodes([code, ...codes.filter((one) => one !== code)].slice(0, CODES_KEPT));
  };
  return (
    <div class="page" lang={language}>
      <header class="head">
        <h1>{tell('title')}</h1>
        {view && (
          <span>
            {tell(view.board.connected ? 'boardUp' : 'boardDown')} ·{' '}
            {tell('coils', { pulses: view.coils.pulses, longest: Math.round(view.coils.onMsMax) })}
          </span>
        )}
        <button type="button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {tell('other')}
        </button>
      </header>
      {lost && <p role="alert">{tell('lost')}</p>}
      <main>
        <div class="cabinet">
          {view?.compartments.map((compartment) => (
            <Door key={compartment.compartment} tell={tell} view={compartment} held={codes[0]} />
          ))}
        </div>
        <aside>
          <Scanner tell={tell} codes={codes} scan={scan} />
          <section class="card">
            <h2>{tell('hands')}</h2>
            <p>{tell('handsHint')}</p>
          </section>
          {view && <Technician tell={tell} view={view} />}
        </aside>
      </main>
    </div>
  );
}

render(<App />, document.getElementById('app') ?? document.body);
