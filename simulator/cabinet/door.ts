/**
 * One door's physics, in emulated milliseconds. A coil that is on long enough releases the latch; the door springs
 * open; its contact bounces, as it does when a person shuts it. Pure: time comes in, contact edges come out.
 */

export interface DoorTimes {
  /** The armature needs this long to let the latch go; ms. */
  readonly releaseMs: number;
  /** From the latch to the contact; ms. */
  readonly springMs: number;
  /** How long a contact bounces; ms. */
  readonly bounceMs: number;
  /** A hand swings the door shut in this time; ms. */
  readonly swingMs: number;
}
export const DOOR_TIMES: DoorTimes = { releaseMs: 15, springMs: 40, bounceMs: 5, swingMs: 250 };

/** A change of the contact's level that is still to come. */
export interface Edge {
  readonly atMs: number;
  readonly open: boolean;
}

export interface Door {
  readonly open: boolean;
  /** The latch is stuck: the coil moves nothing. */
  readonly jammed: boolean;
  /** The contact's cable is cut: it reads open for ever. */
  readonly cut: boolean;
  /** When the coil went on; `undefined` while it is off. */
  readonly coilOnMs?: number | undefined;
  /** When the door, unlatched, will have sprung open. */
  readonly opensAtMs?: number | undefined;
  /** When a hand that is pushing it will have it shut. */
  readonly shutsAtMs?: number | undefined;
  readonly edges: readonly Edge[];
}

export const CLOSED_DOOR: Door = { open: false, jammed: false, cut: false, edges: [] };

export function coilChanged(door: Door, on: boolean, nowMs: number, times = DOOR_TIMES): Door {
  if (on) return { ...door, coilOnMs: nowMs };
  const heldMs = door.coilOnMs === undefined ? 0 : nowMs - door.coilOnMs;
  const off = { ...door, coilOnMs: undefined };
  if (door.open || door.jammed || door.opensAtMs !== undefined || heldMs < times.releaseMs) return off;
  return { ...off, opensAtMs: nowMs - heldMs + times.releaseMs + times.springMs };
}

/** A latch that is held back by the coil lets the door go while the pulse still runs. */
export function advance(door: Door, nowMs: number, random: () => number, times = DOOR_TIMES): Door {
  let next = door;
  const { coilOnMs } = door;
  if (coilOnMs !== undefined && !door.open && !door.jammed && door.opensAtMs === undefined) {
    const releasedMs = coilOnMs + times.releaseMs;
    if (nowMs >= releasedMs) next = { ...next, opensAtMs: releasedMs + times.springMs };
  }
  if (next.opensAtMs !== undefined && nowMs >= next.opensAtMs) next = moved(next, true, nowMs, random, times);
  if (next.shutsAtMs !== undefined && nowMs >= next.shutsAtMs)
    next = moved(next, false, nowMs, random, times);
  return next;
}

/**
 * A hand begins to push an open door shut. It needs its time: a door that were shut at once, while the coil still
 * holds the latch back, would spring open again.
 */
export function push(door: Door, nowMs: number, times = DOOR_TIMES): Door {
  if (!door.open || door.shutsAtMs !== undefined) return door;
  return { ...door, shutsAtMs: nowMs + times.swingMs };
}

/** The door is open or closed from now on; the contact needs a moment to agree. */
export function moved(
  door: Door,
  open: boolean,
  nowMs: number,
  random: () => number,
  times = DOOR_TIMES,
): Door {
  const rest = { ...door, opensAtMs: undefined, shutsAtMs: undefined };
  if (door.open === open) return rest;
  const bounces = 2 * Math.floor(random() * 4);
  const edges = Array.from({ length: bounces }, (_, index) => ({
    atMs: nowMs + (times.bounceMs * (index + 1)) / (bounces + 2),
    open: index % 2 === 0 ? open : !open,
  }));
  return { ...rest, open, edges: [...edges, { atMs: nowMs + times.bounceMs, open }] };
}

/** What the contact reads now, and the door with past edges forgotten. */
export function contact(
  door: Door,
  nowMs: number,
  before: boolean,
): { readonly reads: boolean; readonly door: Door } {
  const past = door.edges.filter(({ atMs }) => atMs <= nowMs);
  const reads = door.cut || (past.at(-1)?.open ?? before);
  return { reads, door: past.length ? { ...door, edges: door.edges.slice(past.length) } : door };
}
