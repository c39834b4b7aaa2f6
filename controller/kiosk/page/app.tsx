/** The whole page: a head, the main picture, the cabinet, and a banner when there is something to say. */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { KioskView, Notice } from '../../lending/screen.ts';
import { Cabinet } from './cabinet.tsx';
import { useConnection, useCountdown } from './connection.ts';
import { type Language, noticeText, otherLanguage, Telling, tellIn, useTell } from './language.ts';
import { doorOf, ScreenPicture } from './screens.tsx';

/** The next person is greeted in the terminal's own language. */
const LANGUAGE_BACK_MS = 60_000;
const terminalLanguage: Language = document.documentElement.lang === 'en' ? 'en' : 'zh';

export function App() {
  const { view, offsetMs, link } = useConnection();
  const [language, setLanguage] = useState<Language>(terminalLanguage);
  const idle = view?.screen.name === 'idle';
  useLayoutEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    if (language === terminalLanguage || !idle) return;
    const timer = setTimeout(() => setLanguage(terminalLanguage), LANGUAGE_BACK_MS);
    return () => clearTimeout(timer);
  }, [language, idle]);
  return (
    <Telling.Provider value={tellIn(language)}>
      <div class="page" data-link={link} aria-busy={link === 'down'}>
        <Head
          platformLink={view?.platformLink ?? 'up'}
          onLanguage={() => setLanguage(otherLanguage(language))}
        />
        {view && <Body view={view} offsetMs={offsetMs} />}
        {link === 'down' && <Reconnecting />}
      </div>
    </Telling.Provider>
  );
}

function Head(props: { readonly platformLink: 'up' | 'down'; onLanguage(): void }) {
  const tell = useTell();
  return (
    <header class="head">
      <p class="name">{tell('name')}</p>
      <p class="network" role="status">
        {props.platformLink === 'down' ? tell('networkAway') : ''}
      </p>
      <button type="button" class="language" onClick={() => props.onLanguage()}>
        {tell('otherLanguage')}
      </button>
    </header>
  );
}

function Body({ view, offsetMs }: { readonly view: KioskView; readonly offsetMs: number }) {
  const { screen, notice, compartments } = view;
  const here = doorOf(screen);
  const leftOpen = compartments.filter(
    ({ compartment, door, service }) => door === 'open' && service === 'in' && compartment !== here,
  );
  return (
    <>
      <ScreenPicture screen={screen} offsetMs={offsetMs} answered={view} />
      <Banner
        notice={notice}
        offsetMs={offsetMs}
        leftOpen={leftOpen.map(({ compartment }) => compartment).join(' ')}
      />
      {compartments.length > 0 && <Cabinet doors={compartments} here={here} />}
    </>
  );
}

/**
 * What just happened; it disappears by its own time as well, should the controller be late with the next view. Else the
 * door that somebody left open, as long as it is.
 */
function Banner({
  notice,
  offsetMs,
  leftOpen,
}: {
  readonly notice: Notice | undefined;
  readonly offsetMs: number;
  readonly leftOpen: string;
}) {
  const tell = useTell();
  const left = useCountdown(notice?.untilMs, offsetMs);
  const shown = left > 0 ? notice : undefined;
  return (
    <div class="banner" role="alert" data-notice={shown?.name}>
      {shown && <p>{noticeText(tell, shown)}</p>}
      {!shown && leftOpen && (
        <p class="left-open">
          <b>{leftOpen}</b> {tell('leftOpen')}
        </p>
      )}
    </div>
  );
}

function Reconnecting() {
  const tell = useTell();
  return (
    <div class="reconnecting" role="status">
      <p>{tell('reconnecting')}</p>
    </div>
  );
}
