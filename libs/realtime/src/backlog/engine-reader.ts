import type { WebSocket } from 'ws';
import type { ClientSocket } from '../client-socket';
import { LAST_WORDS_MS, type Reader, type SlowReaders } from './slow-readers';

/** With what Engine.IO does not publish. */
interface EngineConnection {
  readyState: string;
  writeBuffer: unknown[];
  /** `socket`: of a WebSocket. */
  transport: { writable: boolean; socket?: WebSocket };
  write(packet: string | Buffer, ...rest: unknown[]): unknown;
  send(packet: string): unknown;
  close(): void;
  emit(event: 'close', reason: string): unknown;
}

/**
 * What waits in Engine.IO for one client. Engine.IO gives a transport one batch at a time and collects the rest, without a
 * limit; `SlowReaders` sets one.
 */
export class EngineReader implements Reader {
  private bytes = 0;

  private constructor(private readonly conn: EngineConnection) {}

  /** From now on nothing is written to the connection that `readers` does not admit. */
  static watch(connection: ClientSocket['conn'], readers: SlowReaders): void {
    const conn = connection as unknown as EngineConnection;
    const reader = new EngineReader(conn);
    const write = conn.write.bind(conn);
    conn.write = (packet, ...rest) => {
      // Nothing waits: what is written now is under way at once.
      if (conn.transport.writable) return write(packet, ...rest);
      if (!readers.admits(reader, packet)) return conn;
      reader.bytes = reader.waitingBytes + Buffer.byteLength(packet);
      return write(packet, ...rest);
    };
  }

  get waitingBytes(): number {
    return this.conn.writeBuffer.length === 0 ? 0 : this.bytes;
  }

  get waitingPackets(): number {
    return this.conn.writeBuffer.length;
  }

  end(notice: string): void {
    if (this.conn.readyState !== 'open') return;
    this.conn.writeBuffer = [];
    this.conn.send(notice);
    // Waits until that is read. The stock client comes back by itself after the loss of a transport.
    this.conn.close();
    const { socket } = this.conn.transport;
    setTimeout(() => (socket ? socket.terminate() : this.leave()), LAST_WORDS_MS).unref();
    // A polling client must find its session once more, to be told.
    if (socket) this.leave();
  }

  /** For the Socket.IO server it is gone: nothing more is done for it. */
  private leave(): void {
    this.conn.emit('close', 'transport close');
  }
}
