/** What real tags do against their standard, each by name: a content says which of these it needed. */

/** A rule that is on still asks for its own evidence; a rule that is off makes such a tag `unknown`. */
export interface Rules {
  /** On. The reader delivers each 4-byte block backwards. Safe: the check sum must fit, and in the wrong order the
   * identifier would begin with the usage byte, a control character that no identifier holds. */
  readonly blocksReversed: boolean;
  /** On. The check sum of a 32-byte tag lacks its two padding bytes. Safe: a damaged bit turns neither sum into the
   * other. */
  readonly crcUnpadded: boolean;
  /** On. Usage in the high half of byte 0, version 1 in the low half. Safe: the item is the same, and the tags known to
   * do so (21h reference, 71h discarded) become less lendable by it, not more. */
  readonly nibblesSwapped: boolean;
  /** On. Ordinal before number of parts, seen by an ordinal above the number. Safe: it makes no sense the other way. */
  readonly partsSwapped: boolean;
  /** On. The owner of a basic block kept its hyphen: `DE-705` where `DE705` should stand. */
  readonly ownerHyphen: boolean;
  /** On. An object that no loan needs, a title perhaps, does not expand: it stays bytes. Only on a tag that its DSFID or
   * the configuration calls ISO 28560-2. */
  readonly objectOdd: boolean;
  /** OFF. The check sum is wrong, but the owner field holds no owner as Danish libraries write it. One library's
   * terminals take such tags; whoever switches this on gives up the check. */
  readonly crcWrongOwnerOdd: boolean;
}

export type Leniency = keyof Rules;

export const SAFE_RULES: Rules = {
  blocksReversed: true,
  crcUnpadded: true,
  nibblesSwapped: true,
  partsSwapped: true,
  ownerHyphen: true,
  objectOdd: true,
  crcWrongOwnerOdd: false,
};

/** What reading one tag needed so far. */
export class Lenience {
  readonly rules: Rules;
  readonly #used = new Set<Leniency>();

  constructor(rules: Partial<Rules> = {}, used: readonly Leniency[] = []) {
    this.rules = { ...SAFE_RULES, ...rules };
    for (const leniency of used) this.#used.add(leniency);
  }

  /** Whether the rule is on; then it counts as needed. */
  take(leniency: Leniency): boolean {
    if (this.rules[leniency]) this.#used.add(leniency);
    return this.rules[leniency];
  }

  get used(): readonly Leniency[] {
    return [...this.#used];
  }
}
