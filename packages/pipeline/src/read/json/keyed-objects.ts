const MOST_OBJECTS = 500;
const MOST_KEYS = 200;
/** Objects inside objects inside objects. */
const MOST_SCANS = 4;

/** Fewer members are alike by chance, unless their names are ids. */
const LEAST_MEMBERS = 3;
/** A number, a UUID, or at least 16 hexadecimal digits. */
const ID_NAME = /^(?:\d+|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|[\da-f]{16,})$/i;
const LEAST_OBJECTS = 0.8;
/** A key of a member is in this share of the members, on average. */
const LEAST_ALIKE = 0.6;
/** Ids do not repeat from object to object, as names of fields do. */
const LEAST_DIFFERENT = 0.5;

interface Members {
  parents: number;
  members: number;
  readonly names: Set<string>;
  objects: number;
  /** How many of the objects have each key. */
  readonly keys: Map<string, number>;
}

/** Finds objects whose keys are ids: their members are objects that have the same keys. */
export class KeyedObjects {
  private readonly known: ReadonlySet<string>;
  private readonly scans: number;
  private readonly found = new Map<string, Members>();
  private lastKeys: readonly string[] = [];

  constructor(known: ReadonlySet<string> = new Set(), scans = 1) {
    this.known = known;
    this.scans = scans;
  }

  has(path: string): boolean {
    return this.known.has(path);
  }

  enter(path: string): void {
    const members = this.membersOf(path);
    if (members !== undefined) members.parents += 1;
  }

  leave(keys: readonly string[]): void {
    this.lastKeys = keys;
  }

  /** Adds a member that was just read. */
  addMember(path: string, name: string, isObject: boolean): void {
    const members = this.membersOf(path);
    if (members === undefined) return;
    members.members += 1;
    if (members.names.size < MOST_KEYS) members.names.add(name);
    if (!isObject) return;
    members.objects += 1;
    for (const key of this.lastKeys)
      if (members.keys.size < MOST_KEYS || members.keys.has(key))
        members.keys.set(key, (members.keys.get(key) ?? 0) + 1);
  }

  /** For another scan, which finds what is inside the members; null if this scan found nothing new. */
  addFound(): KeyedObjects | null {
    const paths = [...this.found].filter(([, members]) => isKeyed(members)).map(([path]) => path);
    const outer = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
    if (outer.length === 0 || this.scans >= MOST_SCANS) return null;
    return new KeyedObjects(new Set([...this.known, ...outer]), this.scans + 1);
  }

  private membersOf(path: string): Members | undefined {
    const known = this.found.get(path);
    if (known !== undefined || this.found.size >= MOST_OBJECTS) return known;
    const members = {
      parents: 0,
      members: 0,
      names: new Set<string>(),
      objects: 0,
      keys: new Map<string, number>(),
    };
    this.found.set(path, members);
    return members;
  }
}

function isKeyed({ parents, members, names, objects, keys }: Members): boolean {
  const least = leastMembers(parents, names);
  if (objects < least * parents || objects < LEAST_OBJECTS * members || keys.size === 0) return false;
  if (parents > 2 && names.size < Math.min(LEAST_DIFFERENT * members, MOST_KEYS)) return false;
  const shared = [...keys.values()].reduce((sum, count) => sum + count, 0);
  return shared >= LEAST_ALIKE * objects * keys.size;
}

/** Two members suffice if their names are ids, and one in a single object. */
function leastMembers(parents: number, names: ReadonlySet<string>): number {
  if (![...names].every((name) => ID_NAME.test(name))) return LEAST_MEMBERS;
  return parents === 1 ? 1 : 2;
}
