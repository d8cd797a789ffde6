import { AppError, badRequest } from '@app/contracts';

/** What a client calls its question; the answer carries it. */
export type FrameId = string | number;

const MAX_ID_LENGTH = 128;
const FIELDS = new Set(['event', 'data', 'id']);
/** Words that mean something to Socket.IO itself; it hangs up on who says them. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

export interface Frame {
  id: FrameId | undefined;
  /** The arguments of a Socket.IO event as JSON; or what is wrong with the frame. */
  args: string | AppError;
}

/** `{ event, data, id? }`. Of a wrong frame the id is still told, if it can be read: then the complaint can be an answer. */
export function readFrame(text: string): Frame {
  let id: FrameId | undefined;
  try {
    const frame = objectIn(text);
    if (frame.id !== undefined) id = idIn(frame.id);
    const unknown = Object.keys(frame).find((name) => !FIELDS.has(name));
    if (unknown !== undefined) throw badRequest(unknown.slice(0, 64), 'is not a known field');
    const { event, data } = frame;
    if (typeof event !== 'string') throw badRequest('event', 'must be text');
    if (RESERVED.has(event)) throw badRequest('event', `must be one of this namespace, not ${event}`);
    return { id, args: write(data === undefined ? [event] : [event, data]) };
  } catch (error) {
    if (error instanceof AppError) return { id, args: error };
    throw error;
  }
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('frame', 'must be JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('frame', 'must be an object { event, data, id? }');
  return value as Record<string, unknown>;
}

function idIn(value: unknown): FrameId {
  if (typeof value === 'string' && value.length <= MAX_ID_LENGTH) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw badRequest('id', `must be a number or text of at most ${MAX_ID_LENGTH} characters`);
}

/** Whoever nests deeper than the stack reaches is told so; it is not our fault. */
function write(args: unknown[]): string {
  try {
    return JSON.stringify(args);
  } catch {
    throw badRequest('data', 'is nested too deeply');
  }
}

export const eventFrame = (event: string, data: object): string => JSON.stringify({ event, data });

export const answerFrame = (id: FrameId, answer: object): string => JSON.stringify({ id, ...answer });

/** What Socket.IO wants to say, by the first character of its packet. */
const [CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR] = ['0', '1', '2', '3', '4'] as const;

export interface Refused {
  code: string;
  message: string;
}

export type Said =
  | { kind: 'connected' | 'disconnected' }
  | { kind: 'refused'; reason: Refused }
  | { kind: 'event'; text: string }
  | { kind: 'ack'; id: number; answer: string };

/** Reads a packet of the namespace (`2/chat,["event",{…}]`) by cutting, not by parsing: most of it passes unchanged. */
export function readPacket(packet: string, namespace: string): Said | undefined {
  const body = packet.slice(1 + namespace.length + 1);
  switch (packet.charAt(0)) {
    case CONNECT:
      return { kind: 'connected' };
    case DISCONNECT:
      return { kind: 'disconnected' };
    case EVENT:
      return { kind: 'event', text: eventText(body) };
    case ACK: {
      const start = body.indexOf('[');
      return { kind: 'ack', id: Number(body.slice(0, start)), answer: body.slice(start + 1, -1) };
    }
    case CONNECT_ERROR:
      // The error as our handshake gives it; see handshake.ts.
      return { kind: 'refused', reason: (JSON.parse(body) as { data: Refused }).data };
    default:
      return undefined;
  }
}

/** `["name",{…}]` → `{"event":"name","data":{…}}`. Names of contracts have no quotes in them. */
function eventText(args: string): string {
  const end = args.indexOf('"', 2) + 1;
  const name = args.slice(1, end);
  return args[end] === ',' ? `{"event":${name},"data":${args.slice(end + 1, -1)}}` : `{"event":${name}}`;
}

/** `{"ok":…}` → `{"id":…,"ok":…}`. */
export const withId = (id: FrameId, answer: string): string =>
  `{"id":${JSON.stringify(id)},${answer.slice(1)}`;
