/**
 * Defects that somebody could put into the program, to prove that the simulation finds them. Each is a small change of
 * real source text, made in a copy: the program itself has no switch for any of them.
 */
export interface Mutation {
  readonly file: string;
  /** Stands there exactly once. */
  readonly from: string;
  readonly to: string;
  readonly about: string;
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  pubackAcknowledges: {
    file: 'controller/uplink/journal-pump.ts',
    from: '      this.#publish(text);\n      this.#sent = sequence;',
    to: '      this.#publish(text);\n      (this.#source as unknown as { acknowledge(upTo: number): void }).acknowledge(sequence);\n      this.#sent = sequence;',
    about: 'what was handed to the broker counts as acknowledged',
  },
  effectsBeforeCommit: {
    file: 'controller/decisions.ts',
    from: 'this.#tail = Promise.all([this.#tail, committed]).then(() => this.#durable(effects, after));',
    to: 'this.#durable(effects, after);\n    this.#tail = Promise.all([this.#tail, committed]).then(() => {});',
    about: 'a door is unlocked before the entry that says why is durable',
  },
  eventLost: {
    file: 'controller/cabinet/events.ts',
    from: "    if (gap) return 'later';\n",
    to: '',
    about: 'an event of a board is taken although the one before it was lost on the line',
  },
  doubtDroppedAtRestart: {
    file: 'controller/lending/restore.ts',
    from: "  if (collection === 'compartments')",
    to: "  if (collection === 'items') return { ...(value as object), doubt: undefined };\n  if (collection === 'compartments')",
    about: 'a doubt about an item does not outlive the process',
  },
  loanWithoutDoor: {
    file: 'controller/lending/movement.ts',
    from: "  else if (answer === 'notOpened') notOpened(turn, moving);",
    to: "  else if (answer === 'notOpened') doorSeenOpen(turn, moving);",
    about: 'a pulse that was sent counts as a door that opened',
  },
  untrustedClockExpires: {
    file: 'controller/clock.ts',
    from: "trust: () => (Date.now() >= floorMs ? 'trusted' : 'untrusted'),",
    to: "trust: () => (floorMs > 0 ? 'trusted' : 'untrusted'),",
    about: 'whatever the clock says is believed',
  },
  gapTaken: {
    file: 'platform/ingest.ts',
    from: 'if (event.sequence > at.sequence + 1) {',
    to: 'if (event.sequence > at.sequence + 2) {',
    about: 'the platform takes an entry although the one before it is missing',
  },
  acknowledgedBeforeStored: {
    file: 'platform/ingest.ts',
    from: '    const changed = new Set<string>();\n    await this.#store.transaction(',
    to: '    const changed = new Set<string>();\n    for (const { terminal, event } of batch)\n      this.#handlers.acknowledge(terminal, event.journal, event.sequence);\n    await this.#store.transaction(',
    about: 'the platform acknowledges what it has not stored yet',
  },
  passWithoutLimit: {
    file: 'controller/lending/passes.ts',
    from: '>= itemsMax ?',
    to: '> itemsMax ?',
    about: 'a pass lends one item more than it allows',
  },
  tagNotHeeded: {
    file: 'controller/lending/borrowing.ts',
    from: "  else if (item.onlineOnly) refused('notOffline');\n",
    to: '',
    about: 'a pass lends what its tag or the platform keeps for times with a network',
  },
  commandByAnyClock: {
    file: 'controller/lending/pickup.ts',
    from: "  if (turn.context.clock !== 'trusted') return 'clockUntrusted';\n",
    to: '',
    about: 'a door is opened by command, whatever the clock says',
  },
  brokenContactBelieved: {
    file: 'controller/lending/movement.ts',
    from: "openBefore: turn.state.compartments[compartment]?.door === 'closed' ? undefined : true",
    to: 'openBefore: undefined',
    about: 'a door that read open before it was asked for counts as one that opened',
  },
  wrongPinAccepted: {
    file: 'controller/authority/local-library.ts',
    from: "    if (validPatronPassword === false && validPatron !== false)\n      return refusedFor('wrongPin', validPatron === true);\n    if (validPatronPassword !== true) return SILENT;\n",
    to: '    if (validPatron !== true) return SILENT;\n',
    about: 'a card that the library knows lets its bearer in, whatever the PIN',
  },
  libraryToldTwice: {
    file: 'controller/authority/replay.ts',
    from: 'if (first.perhapsTaken && looks &&',
    to: 'if (false && looks &&',
    about: 'a loan that the library took without an answer is told again',
  },
  guessingGoesOn: {
    file: 'controller/lending/identify.ts',
    from: "  if (turn.state.kiosk.kiosk.waitUntilMs > turn.context.nowMs) endSession(turn, session.id, 'voided');\n",
    to: '',
    about: 'whoever tries PINs of many cards is heard while the kiosk should wait',
  },
  ownCardEndsGuessing: {
    file: 'controller/lending/identify.ts',
    from: '    turn.kiosk({ notice: undefined });\n',
    to: '    turn.kiosk({ wrongCodes: 0, notice: undefined });\n',
    about: 'whoever shows a card of their own in between guesses for ever',
  },
  anyPrice: {
    file: 'platform/decide.ts',
    from: 'priceFen > PRICE_FEN_MAX || ',
    to: '',
    about: 'the platform buys a new book at any price',
  },
};
