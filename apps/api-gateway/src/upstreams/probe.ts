import { healthReady } from '@app/contracts';
// Node.js 20's own waits for ever for a server that takes a connection and closes it at once. A gateway that had nothing else to wait
// for yet ended while it was starting, without a word.
import { fetch } from 'undici';
import type { Instance, InstanceState } from './instance';

const PROBE_TIMEOUT_MS = 1_500;
/** A busy instance may miss a probe; one that refuses connections is gone at once. */
const MISSES_ALLOWED = 2;

interface HealthAnswer {
  data?: { instance?: unknown; checks?: Record<string, unknown> };
}

/** Asks one instance how it is and writes the answer into it. Never rejects. */
export async function probe(instance: Instance): Promise<void> {
  try {
    const answer = await fetch(new URL(healthReady.path, instance.url), {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      redirect: 'error',
    });
    const { data } = (await answer.json()) as HealthAnswer;
    if (typeof data?.instance === 'string') instance.name = data.instance;
    instance.state = stateOf(answer.ok, data?.checks);
    instance.misses = 0;
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    instance.misses++;
    if (!late || instance.misses > MISSES_ALLOWED) instance.state = 'unreachable';
  }
  instance.fade();
}

function stateOf(ok: boolean, checks: Record<string, unknown> | undefined): InstanceState {
  if (ok) return 'ready';
  return checks?.process === 'draining' ? 'draining' : 'unready';
}
