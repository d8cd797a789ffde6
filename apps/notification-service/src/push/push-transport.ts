import type { PushPlatform } from '@app/contracts';

/** A device as a transport addresses it. */
export interface PushTarget {
  platform: PushPlatform;
  /** The endpoint of a browser; the token of a phone. */
  token: string;
  /** Of a browser: what the payload is encrypted for. */
  keys?: { p256dh: string; auth: string } | null;
}

export interface PushMessage {
  title: string;
  body: string;
  /** What the app needs to open the right place. */
  data: Record<string, string>;
  /** Of several with the same one a device shows the last: at most 32 characters. */
  collapse: string;
  /** Seconds that the push service may keep it for a device that is off. */
  ttl: number;
}

/**
 * What became of one push. `gone`: the device has no such app any more. `refused`: it will never work. `later`: it may work
 * then, or after so many milliseconds if the service has said that.
 */
export type PushOutcome =
  | { kind: 'sent' }
  | { kind: 'gone' | 'refused'; reason: string }
  | { kind: 'later'; reason: string; afterMs?: number };

/** A way to devices that are not connected. Off until it is configured. */
export interface PushTransport {
  readonly platform: PushPlatform;
  /** Never rejects. */
  send(target: PushTarget, message: PushMessage): Promise<PushOutcome>;
  close(): void;
}

const SECOND = 1_000;

/** By the status of an answer over HTTP; `gone` are the statuses by which the service says that the device is unknown. */
export function outcomeOf(status: number, reason: string, retryAfter?: string | null): PushOutcome {
  if (status < 300) return { kind: 'sent' };
  if (status !== 429 && status < 500) return { kind: 'refused', reason };
  const seconds = Number(retryAfter ?? Number.NaN);
  return { kind: 'later', reason, ...(Number.isFinite(seconds) && { afterMs: seconds * SECOND }) };
}

export const laterBecause = (error: unknown): PushOutcome => ({
  kind: 'later',
  reason: ((error as { code?: string }).code ?? (error instanceof Error ? error.message : 'unknown')).slice(
    0,
    100,
  ),
});
