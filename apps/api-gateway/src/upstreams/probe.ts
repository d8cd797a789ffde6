import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { healthReady } from '@app/contracts';
import type { Instance, InstanceState } from './instance';

const PROBE_TIMEOUT_MS = 1_500;
/** A busy instance may miss a probe; one that refuses connections is gone at once. */
const MISSES_ALLOWED = 2;

interface HealthAnswer {
  data?: { instance?: unknown; checks?: Record<string, unknown> };
}

/** Asks one instance how it is and writes the answer into it. Never rejects. */
export async function probe(instance: Instance): Promise<void> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PROBE_TIMEOUT_MS);
  try {
    const answer = await answerOf(new URL(healthReady.path, instance.url), giveUp.signal);
    const { data } = (await json(answer)) as HealthAnswer;
    if (typeof data?.instance === 'string') instance.name = data.instance;
    instance.state = stateOf(answer.statusCode === 200, data?.checks);
    instance.misses = 0;
  } catch {
    instance.misses++;
    if (!giveUp.signal.aborted || instance.misses > MISSES_ALLOWED) instance.state = 'unreachable';
  } finally {
    clearTimeout(timer);
  }
  instance.fade();
}

/**
 * Not by `fetch`: that of Node.js 20 may wait for ever for a server that takes a connection and closes it, as proxies do in front of a
 * service that is starting. A gateway that had nothing else to wait for yet then ended without a word (docs/adr/0028-ended-connections.md).
 */
function answerOf(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, signal }, resolve).once('error', reject);
  });
}

function stateOf(ok: boolean, checks: Record<string, unknown> | undefined): InstanceState {
  if (ok) return 'ready';
  return checks?.process === 'draining' ? 'draining' : 'unready';
}
