/** The cabinet's page: doors to click, a scanner to type into, and a technician's tricks. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Language } from '../../pages/language.ts';
import { act, type BoardView, type CabinetView, type CompartmentView, useCabinet } from './server.ts';
import { type Tell, tellIn } from './texts.ts';

const BADGE = 'COURIER-1';
const CODES_KEPT = 5;
const MEDIUM_FROM = 8;
const LARGE_FROM = 13;

const FIRST_LETTER = 'A'.charCodeAt(0);

/** Names and sizes as the demonstration terminal is configured: A01 on for the first board, B01 for the second. */
function nameOf(view: CabinetView, compartment: number): string {
  const board = view.compartments[compartment]?.board ?? 0;
  const letter = String.fromCharCode(FIRST_LETTER + board);
  return `${letter}${String(placeOf(view, compartment) + 1).padStart(2, '0')}`;
}

const placeOf = (view: CabinetView, compartment: number) =>
  compartment - view.compartments.findIndex(({ board }) => board === view.compartments[compartment]?.board);

const sizeOf = (place: number) => (place < MEDIUM_FROM ? 'small' : place < LARGE_FROM ? 'medium' : 'large');

interface DoorProps {
  readonly tell: Tell;
  readonly view: CompartmentView;
  readonly name: string;
  readonly size: string;
  /** What the hands hold: the item that was scanned last. */
  readonly held: string | undefined;
}

function Door({ tell, view, name, size, held }: DoorProps) {
  const { compartment, door, items, lamp, coil, jammed } = view;
  const path = `/compartments/${compartment}`;
  const state = [size, door, lamp ? 'lit' : '', coil ? 'coil' : '', jammed ? 'jammed' : ''].join(' ');
  return (
    <div class={`compartment ${state}`} data-compartment={name}>
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
        <i class="lamp" style={{ opacity: lamp || 1 }} />
        <b>{name}</b>
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

function BoardTricks({ tell, board, index }: { tell: Tell; board: BoardView; index: number }) {
  const path = `/boards/${index}`;
  const cut = board.cable !== 'ok';
  const open = board.tamper === 'open';
  return (
    <div class="row wrap">
      <b>
        {board.serialNumber} · {board.kind}
        {board.buzzerHz > 0 && ` ♪ ${board.buzzerHz} Hz`}
      </b>
      <button type="button" onClick={() => act(`${path}/cable`, { state: cut ? 'ok' : 'cut' })}>
        {tell(cut ? 'mendCable' : 'cutCable')}
      </button>
      <button type="button" onClick={() => act(`${path}/reset`, { kind: 'external' })}>
        {tell('reset')}
      </button>
      <button type="button" onClick={() => act(`${path}/tamper`, { open: !open })}>
        {tell(open ? 'shutHousing' : 'openHousing')}
      </button>
      {board.buttons.map((pressed, button) => (
        <button
          type="button"
          key={button}
          aria-pressed={pressed}
          onClick={() => act(`${path}/button`, { button, pressed: !pressed })}
        >
          {tell('button', { button: button + 1 })}
        </button>
      ))}
    </div>
  );
}

function Technician({ tell, view }: { tell: Tell; view: CabinetView }) {
  const [chosen, choose] = useState(0);
  const jammed = view.compartments[chosen]?.jammed ?? false;
  return (
    <details class="card">
      <summary>{tell('technician')}</summary>
      <div class="row wrap">
        <select value={chosen} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {view.compartments.map(({ compartment }) => (
            <option key={compartment} value={compartment}>
              {nameOf(view, compartment)}
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
      {view.boards.map((board, index) => (
        <BoardTricks key={`${index} ${board.serialNumber}`} tell={tell} board={board} index={index} />
      ))}
    </details>
  );
}

/** One line for all boards. */
function BoardsLine({ tell, boards }: { tell: Tell; boards: readonly BoardView[] }) {
  const up = boards.filter(({ connected }) => connected).length;
  const pulses = boards.reduce((sum, { coils }) => sum + coils.pulses, 0);
  const longest = Math.round(Math.max(...boards.map(({ coils }) => coils.onMsMax)));
  return (
    <span>
      {tell('boardsUp', { up, all: boards.length })} · {tell('coils', { pulses, longest })}
    </span>
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
        {view && <BoardsLine tell={tell} boards={view.boards} />}
        <button type="button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {tell('other')}
        </button>
      </header>
      {lost && <p role="alert">{tell('lost')}</p>}
      <main>
        <div class="cabinet">
          {view?.compartments.map((compartment) => (
            <Door
              key={compartment.compartment}
              tell={tell}
              view={compartment}
              name={nameOf(view, compartment.compartment)}
              size={sizeOf(placeOf(view, compartment.compartment))}
              held={codes[0]}
            />
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
