/** Listens for MongoDB drivers and keeps the database's housekeeping going. */
import fs from 'node:fs';
import net from 'node:net';
import { Commands, type ServerOptions } from './commands.js';
import { decode } from './bsonval.js';
import { TICK, find, type Item } from './exec.js';
import { compileFilter } from './mql.js';
import { Storage } from './storage.js';
import { MAX_MESSAGE, parse, reply } from './wire.js';

export interface StartOptions extends Partial<ServerOptions> { path: string; host?: string; port?: number; socketPath?: string; ttlSeconds?: number }

export class EmbeddedServer {
  readonly storage: Storage;
  readonly commands: Commands;
  uri = '';
  private readonly server: net.Server;
  private readonly sockets = new Set<net.Socket>();
  private readonly timers: NodeJS.Timeout[] = [];
  private connectionId = 0;
  private closing = false;
  private sweeping: Promise<void> = Promise.resolve();

  private constructor(private_: StartOptions) {
    fs.mkdirSync(private_.path, { recursive: true, mode: 0o700 });
    this.storage = new Storage(private_.path, (f) => compileFilter(f));
    this.commands = new Commands(this.storage, { ack: private_.ack ?? 'commit' });
    this.server = net.createServer({ noDelay: true }, (s) => this.accept(s));
    const every = (ms: number, fn: () => Promise<unknown> | void): void => { this.timers.push(setInterval(() => { this.sweeping = this.sweeping.then(fn).then(() => {}, (e) => { if (!this.closing) console.error('embedded mongo housekeeping:', e); }); }, ms).unref()); };
    every((private_.ttlSeconds ?? 60) * 1000, () => this.expire());
    every(60_000, () => this.commands.reapCursors(600_000));
    every(200, async () => { for (let i = 0; i < 20 && !this.closing && (await this.storage.sweep()); i++); });
  }

  static async start(options: StartOptions): Promise<EmbeddedServer> {
    const s = new EmbeddedServer(options);
    await new Promise<void>((resolve, reject) => {
      s.server.once('error', reject);
      if (options.socketPath) s.server.listen(options.socketPath, resolve); else s.server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
    const a = s.server.address();
    s.uri = typeof a === 'string' ? `mongodb://${encodeURIComponent(a)}` : `mongodb://${(a as net.AddressInfo).address}:${(a as net.AddressInfo).port}`;
    return s;
  }

  async close(): Promise<void> {
    this.closing = true;
    this.timers.forEach(clearInterval);
    const closed = new Promise((r) => this.server.close(r));
    for (const s of this.sockets) s.destroy();
    await closed;
    await this.sweeping;
    await this.storage.close();
  }

  private accept(socket: net.Socket): void {
    const id = ++this.connectionId;
    this.sockets.add(socket);
    this.commands.connections++;
    let parts: Buffer[] = [];
    let have = 0, need = 4;
    let queue: Promise<void> = Promise.resolve();
    socket.on('data', (data: Buffer) => {
      parts.push(data);
      have += data.length;
      while (have >= need) {
        let buf = parts.length === 1 ? parts[0] : Buffer.concat(parts);
        const size = buf.readInt32LE(0);
        if (size < 16 || size > MAX_MESSAGE + 16_384) { socket.destroy(); return; }
        if (have < size) { parts = [buf]; need = size; break; }
        const msg = buf.subarray(0, size);
        buf = buf.subarray(size);
        parts = buf.length ? [buf] : [];
        have = buf.length;
        need = 4;
        queue = queue.then(() => this.handle(socket, msg, id));
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => { this.sockets.delete(socket); this.commands.connections--; });
  }

  private async handle(socket: net.Socket, msg: Buffer, id: number): Promise<void> {
    try {
      const req = parse(msg);
      const body = await this.commands.run(req, id);
      if (req.wantsReply && !socket.destroyed) socket.write(reply(req, body));
    } catch (e) {
      if (!this.closing) console.error('embedded mongo protocol error:', (e as Error).message);
      socket.destroy();
    }
  }

  /** Deletes documents whose TTL index date has passed. */
  async expire(): Promise<number> {
    let n = 0;
    for (const coll of this.storage.collections()) for (const ix of coll.indexes) {
      if (ix.expireAfterSeconds === undefined || this.closing) continue;
      const filter = { [ix.fields[0].path]: { $lte: new Date(Date.now() - ix.expireAfterSeconds * 1000) } };
      const match = compileFilter(filter);
      const ids: Buffer[] = [];
      for (const it of find(this.storage, coll, { filter, limit: 5000 })) if (it !== TICK) ids.push((it as Item).idKey);
      for (let i = 0; i < ids.length; i += 500) await this.storage.write(() => {
        const c = this.storage.collection(coll.db, coll.name);
        if (!c || c.id !== coll.id) return;
        for (const k of ids.slice(i, i + 500)) { const buf = this.storage.get(c, k); if (buf && match(decode(buf))) { this.storage.remove(c, k, buf); this.storage.addCount(c, -1); n++; } }
      });
    }
    return n;
  }
}
