import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { encodeFrames, FrameReader } from './frames.mjs';

const TEXT = 0x1;
const CLOSE = 0x8;
const [OPEN, PING, MESSAGE] = ['0', '2', '4'].map((digit) => digit.charCodeAt(0));
const [CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR] = ['0', '1', '2', '3', '4'].map((digit) =>
  digit.charCodeAt(0),
);
const [ZERO, BRACKET, TRUE] = ['0', '[', 't'].map((letter) => letter.charCodeAt(0));

/** `42/chat,["` and `43/chat,` */
const EVENT_NAME_AT = 10;
const ACK_ID_AT = 8;
const CREATED = Buffer.from('message:created"');
const SEQ = Buffer.from('"seq":');

/** Requests whose answer is parsed have ids from here on; those of the load are only counted. */
const FIRST_REQUEST = 1_000_000_000;
const CONNECT_TIMEOUT_MS = 60_000;

/**
 * A Socket.IO client in the namespace `/chat`, over WebSocket only, that understands no more than the load needs:
 * acks by number, `seq` of `message:created`, and JSON for the few requests that set a workload up.
 */
export class RawSocket {
  /** @type {(id: number, ok: boolean, seq: number, bytes: Buffer, start: number, end: number) => void} */ onAck =
    () => {};
  /** @type {(seq: number) => void} */ onCreated = () => {};
  /** @type {(reason: string) => void} */ onLost = () => {};

  #tcp;
  #token;
  #reader = new FrameReader((...frame) => this.#onFrame(...frame));
  /** @type {string[]} */ #outgoing = [];
  /** @type {Map<number, (ack: any) => void>} */ #requests = new Map();
  #nextRequest = FIRST_REQUEST;
  #handshake = '';
  #settle = { resolve: () => {}, reject: (_error) => {} };

  /** @param {{ host: string, port: number }} target @param {string} token */
  constructor(target, token) {
    this.#token = token;
    this.#tcp = connect({ ...target, noDelay: true });
    this.#tcp.on('connect', () => this.#upgrade(target));
    this.#tcp.on('data', (chunk) => this.#onData(chunk));
    this.#tcp.on('error', (error) => this.#fail(error.message));
    this.#tcp.on('close', () => this.#fail('connection closed'));
  }

  /** Resolves when the namespace has let us in. @returns {Promise<void>} */
  connected() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no connection within 60 s')), CONNECT_TIMEOUT_MS);
      const settled = (settle) => (value) => (clearTimeout(timer), settle(value));
      this.#settle = { resolve: settled(resolve), reject: settled(reject) };
    });
  }

  /** Queues an event until `flush`. @param {number} id @param {string} name @param {string} json */
  send(id, name, json) {
    this.#outgoing.push(`42/chat,${id}["${name}",${json}]`);
  }

  flush() {
    if (this.#outgoing.length === 0) return;
    this.#tcp.write(encodeFrames(this.#outgoing));
    this.#outgoing = [];
  }

  /** The data of the ack; rejects when the event was refused. @param {string} name @param {object} payload */
  async request(name, payload) {
    return (await this.ask(name, payload)).data;
  }

  /** The whole ack. @param {string} name @param {object} payload */
  async ask(name, payload) {
    const id = this.#nextRequest++;
    const answer = new Promise((resolve) => {
      this.#requests.set(id, resolve);
    });
    this.send(id, name, ascii(JSON.stringify(payload)));
    this.flush();
    const ack = await answer;
    if (!ack.ok) throw new Error(`${name} was refused: ${JSON.stringify(ack.error)}`);
    return ack;
  }

  close() {
    this.onLost = () => {};
    this.#tcp.destroy();
  }

  #upgrade({ host, port }) {
    this.#tcp.write(
      [
        'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
        `Host: ${host}:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '\r\n',
      ].join('\r\n'),
    );
  }

  #onData(chunk) {
    if (this.#handshake !== null) {
      this.#handshake += chunk.toString('latin1');
      const end = this.#handshake.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!this.#handshake.startsWith('HTTP/1.1 101')) return this.#fail(this.#handshake.split('\r\n')[0]);
      chunk = Buffer.from(this.#handshake.slice(end + 4), 'latin1');
      this.#handshake = null;
    }
    this.#reader.push(chunk);
    this.flush();
  }

  #onFrame(opcode, bytes, start, end) {
    if (opcode === CLOSE) return this.#fail('closed by the server');
    if (opcode !== TEXT) return;
    const kind = bytes[start];
    if (kind === MESSAGE) return this.#onPacket(bytes[start + 1], bytes, start, end);
    if (kind === PING) this.#outgoing.push('3');
    if (kind === OPEN) this.#outgoing.push(`40/chat,${JSON.stringify({ token: this.#token })}`);
  }

  #onPacket(type, bytes, start, end) {
    if (type === EVENT) {
      if (startsWith(bytes, start + EVENT_NAME_AT, CREATED)) this.onCreated(numberAfter(SEQ, bytes, start));
    } else if (type === ACK) {
      this.#onAckPacket(bytes, start, end);
    } else if (type === CONNECT) {
      this.#settle.resolve();
    } else if (type === CONNECT_ERROR || type === DISCONNECT) {
      this.#fail(bytes.latin1Slice(start, end));
    }
  }

  #onAckPacket(bytes, start, end) {
    let at = start + ACK_ID_AT;
    let id = 0;
    for (; bytes[at] !== BRACKET; at++) id = id * 10 + bytes[at] - ZERO;
    const request = this.#requests.get(id);
    if (request) {
      this.#requests.delete(id);
      return request(JSON.parse(bytes.toString('utf8', at, end))[0]);
    }
    // `[{"ok":true`
    const ok = bytes[at + 7] === TRUE;
    this.onAck(id, ok, ok ? numberAfter(SEQ, bytes, at) : 0, bytes, at, end);
  }

  #fail(reason) {
    this.#settle.reject(new Error(reason));
    this.onLost(reason);
    this.#tcp.destroy();
  }
}

const ascii = (json) =>
  json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

function startsWith(bytes, at, prefix) {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

function numberAfter(label, bytes, from) {
  let at = bytes.indexOf(label, from) + label.length;
  let value = 0;
  for (; bytes[at] >= ZERO && bytes[at] <= ZERO + 9; at++) value = value * 10 + bytes[at] - ZERO;
  return value;
}
