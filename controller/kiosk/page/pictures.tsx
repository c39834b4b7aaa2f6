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
