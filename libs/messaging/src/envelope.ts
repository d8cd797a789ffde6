import { parse, type IntegrationEvent } from '@app/contracts';

/** An event on its way out. `P` is the payload class of its contract. */
export interface OutgoingEvent<P extends object = object> {
  contract: IntegrationEvent<P>;
  /** Unique per event; a repeated publication carries the same id. */
  id: string;
  /** What the event is about, such as the conversation's id: events with one key belong into one order. */
  key: string;
  at: Date;
  traceId: string;
  data: P;
}

/** An event as its consumer gets it, validated. */
export interface IncomingEvent<P extends object = object> {
  id: string;
  key: string;
  at: Date;
  traceId: string;
  data: P;
}

/** An event that no retry can help: not JSON, not its contract's schema, a version that we do not know. */
export class PoisonError extends Error {}

export function encode<P extends object>({ contract, id, key, at, traceId, data }: OutgoingEvent<P>): Buffer {
  return Buffer.from(
    JSON.stringify({ id, type: contract.name, v: contract.version, at, traceId, key, data }),
  );
}

/** Throws PoisonError, which says what is wrong without quoting the content. */
export function decode<P extends object>(contract: IntegrationEvent<P>, body: Buffer): IncomingEvent<P> {
  const { id, type, v, at, traceId, key, data } = parseObject(body);
  if (type !== contract.name) throw new PoisonError(`type must be ${contract.name}, got ${brief(type)}`);
  if (v !== contract.version) throw new PoisonError(`v must be ${contract.version}, got ${brief(v)}`);
  if (typeof id !== 'string' || id === '') throw new PoisonError('id must be a string');
  const time = new Date(typeof at === 'string' ? at : Number.NaN);
  if (Number.isNaN(time.getTime())) throw new PoisonError('at must be an ISO 8601 date');
  return { id, key: text(key), at: time, traceId: text(traceId), data: validated(contract, data) };
}

function parseObject(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new PoisonError('the body must be JSON');
  }
  if (typeof value !== 'object' || value === null) throw new PoisonError('the body must be a JSON object');
  return value as Record<string, unknown>;
}

function validated<P extends object>(contract: IntegrationEvent<P>, data: unknown): P {
  try {
    return parse(contract.payload, data);
  } catch (error) {
    throw new PoisonError(`data: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const brief = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 50));
