/** Drawings that say without words what is meant. */

export function Tick() {
  return (
    <svg class="tick" viewBox="0 0 96 96" aria-hidden="true">
      <circle cx="48" cy="48" r="44" />
      <path d="M28 50 L43 64 L69 34" />
    </svg>
  );
}

/** A book with its barcode, and the waves of a reader. */
export function BookToReader() {
  return (
    <svg class="book" viewBox="0 0 120 96" aria-hidden="true">
      <path class="cover" d="M14 16 q0 -8 8 -8 h46 v72 h-46 q-8 0 -8 8 z" />
      <path class="pages" d="M14 88 q0 -8 8 -8 h46 v12 h-46 q-8 0 -8 -4 z" />
      <path class="bars" d="M28 30 v24 M34 30 v24 M38 30 v24 M46 30 v24 M50 30 v24 M56 30 v24" />
      <path class="wave" d="M80 32 q10 14 0 28" />
      <path class="wave" d="M90 24 q18 22 0 44" />
      <path class="wave" d="M100 16 q26 30 0 60" />
    </svg>
  );
}

/** A book, and once more around. */
export function BookAgain() {
  return (
    <svg class="book" viewBox="0 0 120 96" aria-hidden="true">
      <path class="cover" d="M14 16 q0 -8 8 -8 h46 v72 h-46 q-8 0 -8 8 z" />
      <path class="pages" d="M14 88 q0 -8 8 -8 h46 v12 h-46 q-8 0 -8 -4 z" />
      <path class="wave" d="M112 46 a20 20 0 1 1 -7 -15" />
      <path class="wave" d="M107 20 v12 h-12" />
    </svg>
  );
}

/** A library card with its barcode. */
export function Card() {
  return (
    <svg class="book" viewBox="0 0 120 96" aria-hidden="true">
      <rect class="cover" x="8" y="18" width="104" height="64" rx="8" />
      <circle class="cover" cx="34" cy="42" r="10" />
      <path class="bars" d="M58 36 h40 M58 48 h26" />
      <path
        class="bars"
        d="M22 62 v12 M28 62 v12 M36 62 v12 M40 62 v12 M48 62 v12 M56 62 v12 M60 62 v12 M68 62 v12"
      />
    </svg>
  );
}

/** The same card, and the waves of a reader. */
export function CardToReader() {
  return (
    <svg class="book" viewBox="0 0 132 96" aria-hidden="true">
      <rect class="cover" x="4" y="22" width="84" height="54" rx="7" />
      <circle class="cover" cx="24" cy="41" r="8" />
      <path class="bars" d="M42 37 h34 M42 46 h22" />
      <path class="bars" d="M16 58 v10 M22 58 v10 M28 58 v10 M32 58 v10 M40 58 v10 M46 58 v10" />
      <path class="wave" d="M98 36 q9 13 0 26" />
      <path class="wave" d="M107 28 q17 21 0 42" />
      <path class="wave" d="M116 20 q25 29 0 58" />
    </svg>
  );
}

/** A square code on a phone. */
export function PassCode() {
  return (
    <svg class="pass-code" viewBox="0 0 48 48" aria-hidden="true">
      <rect x="11" y="3" width="26" height="42" rx="4" />
      <path d="M17 13 h5 v5 h-5 z M26 13 h5 v5 h-5 z M17 22 h5 v5 h-5 z M26 24 h2 M31 24 v4 M26 28 h2" />
      <path d="M22 38 h4" />
    </svg>
  );
}
