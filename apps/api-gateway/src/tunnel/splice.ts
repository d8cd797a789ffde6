import type { Socket } from 'node:net';

/** Bytes that may wait for one slow reader before its sender is paused. */
const BUFFER_LIMIT = 64 * 1_024;
/** A side that is being closed must read what is left within this time. */
const FLUSH_MS = 5_000;

/** Hears once that both sides are on their way out. */
export interface Owner {
  gone(): void;
}

/** One end of a tunnel. The listeners are shared functions that find the rest here: no closures per socket. */
type End = Socket & { peer?: End; owner?: Owner };

/**
 * Joins two sockets: bytes go both ways with backpressure, and when one side ends, fails or closes, the other gets
 * what is on its way and is closed too. Both must have an `error` listener.
 */
export function splice(client: Socket, upstream: Socket, owner: Owner): void {
  join(client, upstream, owner);
  join(upstream, client, owner);
  client.resume();
  upstream.resume();
}

function join(end: End, peer: Socket, owner: Owner): void {
  end.peer = peer;
  end.owner = owner;
  end.on('data', onData).on('drain', onDrain).on('end', onEnd).on('close', onEnd);
}

function onData(this: End, chunk: Buffer): void {
  const { peer } = this;
  if (peer === undefined || peer.destroyed) return;
  peer.write(chunk);
  if (peer.writableLength > BUFFER_LIMIT) this.pause();
}

function onDrain(this: End): void {
  this.peer?.resume();
}

function onEnd(this: End): void {
  const { peer, owner } = this;
  if (peer === undefined || owner === undefined) return;
  for (const end of [this, peer]) {
    end.peer = undefined;
    end.owner = undefined;
    closeSoon(end);
  }
  owner.gone();
}

/** Closes a socket when what was written to it is read, or when that takes too long. */
export function closeSoon(socket: Socket): void {
  if (socket.destroyed) return;
  socket.destroySoon();
  socket.setTimeout(FLUSH_MS, destroyNow);
}

function destroyNow(this: Socket): void {
  this.destroy();
}
