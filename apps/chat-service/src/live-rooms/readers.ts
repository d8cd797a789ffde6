import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Shutdown } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { ChatConfig } from '../config';
import { ReceiptsService } from '../receipts/receipts.service';
import { RoomAnnouncer } from './room-announcer';

const TOPIC = 'readers:moved';
/** What happens in so many milliseconds is told to the other instances together. */
const GATHER_MS = 100;
/** So often an instance repeats who reads on it; of one that is silent for three times as long nobody reads. */
const REPEAT_MS = 20_000;
/** Readers in one packet. */
const PACKET = 1_000;

/** How far somebody has come who has the conversation open. `seq` null: they have left. */
interface Move {
  room: string;
  userId: number;
  seq: number | null;
}

interface Reader {
  seq: number;
  /** When they have last read something. */
  at: number;
  /** When another instance must have told it again. */
  until: number;
}

/**
 * Who is reading a conversation right now: has it open on some device, has said there how far they have read, and has not
 * fallen behind since. A hint: of whom an instance has not heard, it tells what is said as of anybody else.
 */
@Injectable()
export class Readers implements OnModuleInit, OnApplicationBootstrap {
  private readonly byRoom = new Map<string, Map<number, Reader>>();
  private moved = new Map<string, Move>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly receipts: ReceiptsService,
    private readonly announcer: RoomAnnouncer,
    private readonly broadcaster: Broadcaster,
    private readonly config: ChatConfig,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.receipts.onRead((userId, room, seq) => {
      if (this.announcer.visits.has(room, userId)) this.hereAt({ room, userId, seq });
    });
  }

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ moves: Move[] }>(TOPIC, ({ moves }) => {
      for (const move of moves) this.take(move, Date.now() + 3 * REPEAT_MS);
    });
    const repeat = setInterval(() => this.repeat(), REPEAT_MS).unref();
    this.shutdown.register('close-sockets', 'readers', () => {
      clearInterval(repeat);
      clearTimeout(this.timer);
      return Promise.resolve();
    });
  }

  /** The user has no device here in the room any more. */
  left(room: string, userId: number): void {
    if (this.byRoom.get(room)?.has(userId)) this.hereAt({ room, userId, seq: null });
  }

  /** Who follows the conversation up to the message before this one, or has read something of it a moment ago. */
  of(room: string, seq: number, senderId: number): number[] {
    const readers = this.byRoom.get(room);
    if (!readers) return [];
    const now = Date.now();
    const isFollowing = (reader: Reader) =>
      reader.until > now && (reader.seq >= seq - 1 || now - reader.at < this.config.READING_GRACE_MS);
    const following = [...readers].filter(([, reader]) => isFollowing(reader)).map(([userId]) => userId);
    // What one has said oneself needs no reading.
    if (following.includes(senderId) && this.announcer.visits.has(room, senderId))
      this.hereAt({ room, userId: senderId, seq });
    return following.filter((id) => id !== senderId);
  }

  private hereAt(move: Move): void {
    this.take(move, Number.POSITIVE_INFINITY);
    this.moved.set(`${move.room}:${move.userId}`, move);
    this.timer ??= setTimeout(() => this.tell(), GATHER_MS);
  }

  private take({ room, userId, seq }: Move, until: number): void {
    const readers = this.byRoom.get(room) ?? new Map<number, Reader>();
    const known = readers.get(userId)?.seq ?? 0;
    if (seq === null) readers.delete(userId);
    else if (seq > known) readers.set(userId, { seq, at: Date.now(), until });
    else Object.assign(readers.get(userId) ?? {}, { until });
    if (readers.size > 0) this.byRoom.set(room, readers);
    else this.byRoom.delete(room);
  }

  private tell(): void {
    this.timer = undefined;
    const moves = [...this.moved.values()];
    this.moved = new Map();
    for (let from = 0; from < moves.length; from += PACKET)
      this.broadcaster.tellPeers(TOPIC, { moves: moves.slice(from, from + PACKET) });
  }

  /** Hints get lost, and instances die with their readers. */
  private repeat(): void {
    const now = Date.now();
    for (const [room, readers] of this.byRoom)
      for (const [userId, { seq, until }] of readers) {
        if (until <= now) this.take({ room, userId, seq: null }, 0);
        else if (this.announcer.visits.has(room, userId))
          this.moved.set(`${room}:${userId}`, { room, userId, seq });
      }
    if (this.moved.size > 0) this.timer ??= setTimeout(() => this.tell(), GATHER_MS);
  }
}
