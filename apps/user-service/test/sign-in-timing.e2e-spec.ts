import { describe, expect, it } from 'vitest';
import { PASSWORD, registered, someone } from './support/people';
import { useUserService } from './support/user-service';
import { interleaved, welchT } from './support/welch';

/** Probes of each kind. The full measurement: TIMING_PROBES=1000 npm test -- apps/user-service/test/sign-in-timing */
const PROBES = Number(process.env.TIMING_PROBES ?? 150);
const WARM_UP = 10;
const SIGNIFICANT = 4.5;
const PATIENCE_MS = 600_000;

const MANY = '1000000';
const service = useUserService({
  LOGIN_ACCOUNT_TRIES: MANY,
  LOGIN_ADDRESS_TRIES: MANY,
  SIGN_UP_ADDRESS_TRIES: MANY,
  MAIL_ACCOUNT_TRIES: MANY,
});

const probe = (path: string, body: object, expected: number) => async () => {
  const { status } = await service().as().request(path, { method: 'POST', body });
  if (status !== expected) throw new Error(`${path} answered ${status}`);
};

/** t of each kind against the unknown account. */
async function measure(
  count: number,
  probes: Record<string, () => Promise<unknown>>,
): Promise<Record<string, number>> {
  await interleaved(WARM_UP, probes);
  const { unknown = [], ...others } = await interleaved(count, probes);
  const result = Object.entries(others).map(([kind, times]) => [kind, welchT(times, unknown)] as const);
  const means = Object.entries({ unknown, ...others }).map(([kind, times]) => {
    return `${kind} ${(times.reduce((sum, time) => sum + time, 0) / times.length).toFixed(2)} ms`;
  });
  process.stderr.write(
    `${count} probes each: ${means.join(', ')}; t against unknown: ${JSON.stringify(Object.fromEntries(result))}\n`,
  );
  return Object.fromEntries(result);
}

describe('the time of an answer does not tell whether there is an account', () => {
  it(
    'at sign-in: wrong password, suspended account and unknown name',
    async () => {
      const known = await registered(service());
      const suspended = await registered(service());
      await service().sql(`UPDATE users SET status = 'suspended' WHERE user_id = $1`, [suspended.user_id]);
      const signIn = (email: string, password: string) => probe('/auth/login', { email, password }, 401);
      const t = await measure(PROBES, {
        unknown: signIn(someone().email, 'wrong horse'),
        known: signIn(known.email, 'wrong horse'),
        suspended: signIn(suspended.email, PASSWORD),
      });
      for (const [kind, value] of Object.entries(t)) expect(Math.abs(value), kind).toBeLessThan(SIGNIFICANT);
    },
    PATIENCE_MS,
  );

  it(
    'at a forgotten password',
    async () => {
      const { email } = await registered(service());
      const forgot = (address: string) => probe('/auth/forgot-password', { email: address }, 200);
      // No password is hashed here: more probes fit into the time, and less can hide in the noise.
      const t = await measure(4 * PROBES, { unknown: forgot(someone().email), known: forgot(email) });
      expect(Math.abs(t.known ?? Infinity)).toBeLessThan(SIGNIFICANT);
    },
    PATIENCE_MS,
  );
});
