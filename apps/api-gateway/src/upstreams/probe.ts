import { healthReady } from '@app/contracts';
import { ask } from '@app/platform';
import type { Instance, InstanceState } from './instance';

const PROBE_TIMEOUT_MS = 1_500;
/** A busy instance may miss a probe; one that refuses connections is gone at once. */
const MISSES_ALLOWED = 2;

interface HealthAnswer {
  data?: { instance?: unknown; checks?: Record<string, unknown> };
}

/** Asks one instance how it is and writes the answer into it. Never rejects. */
export async function probe(instance: Instance): Promise<void> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  try {
    const { status, text } = await ask(new URL(healthReady.path, instance.url), { signal });
    const { data } = JSON.parse(text) as HealthAnswer;
    if (typeof data?.instance === 'string') instance.name = data.instance;
    instance.state = stateOf(status === 200, data?.checks);
    instance.misses = 0;
  } catch {
    instance.misses++;
    if (!signal.aborted || instance.misses > MISSES_ALLOWED) instance.state = 'unreachable';
  }
  instance.fade();
}

function stateOf(ok: boolean, checks: Record<string, unknown> | undefined): InstanceState {
  if (ok) return 'ready';
  return checks?.process === 'draining' ? 'draining' : 'unready';
}
