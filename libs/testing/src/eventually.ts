import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 25;

/**
 * Asks again until the answer satisfies `expectation` (which throws while it does not), also after a refusal; for state
 * that can only be asked for. What is pushed is waited for with `receives`.
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  expectation: (answer: T) => void,
  withinMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      const answer = await ask();
      expectation(answer);
      return answer;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(EVERY_MS);
  }
}
