import { finishOidc, login, startOidc } from '@app/contracts';
import { eventually, refusalOf } from '@app/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { answerFor, person, signInAt, useOidc } from './support/oidc-people';
import { PASSWORD, registered } from './support/people';
import { UserService } from './support/user-service';

const { provider, service } = useOidc({ OIDC_TIMEOUT: '1' });

const LONGEST_ANSWER_MS = 10_000;
const PATIENCE_MS = 15_000;

/** A connection that was kept alive through the outage is found dead only by using it. */
const signsInAgain = (where: UserService) =>
  eventually(
    () => signInAt(where, provider(), person(provider()).subject),
    ({ user }) => expect(user.status).toBe('active'),
    PATIENCE_MS,
  );

describe('while the provider is away', () => {
  afterEach(() => provider().network.heal());

  it.each([{ kind: 'cut' }, { kind: 'hang' }] as const)(
    '($kind) the service starts, and people sign in by password',
    async (fault) => {
      provider().network.disturb(fault);
      const early = await UserService.start({
        POSTGRES_URL: service().config.POSTGRES_URL,
        ...provider().settings,
        OIDC_TIMEOUT: '1',
      });
      try {
        const { email } = await registered(early);
        await early.as().call(login, { body: { email, password: PASSWORD } });
        const started = Date.now();
        const refusal = await refusalOf(early.as().call(startOidc));
        expect(refusal).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
        expect(Date.now() - started).toBeLessThan(LONGEST_ANSWER_MS);

        provider().network.heal();
        await signsInAgain(early);
      } finally {
        await early.app.close();
      }
    },
  );

  it.each([{ kind: 'cut' }, { kind: 'hang' }] as const)(
    '($kind) who comes back from it is told to try again',
    async (fault) => {
      const { subject } = person(provider());
      const body = await answerFor(service(), provider(), subject);
      provider().network.disturb(fault);
      const refusal = await refusalOf(service().as().call(finishOidc, { body }));
      expect(refusal).toMatchObject({ code: 'UNAVAILABLE', status: 503 });

      provider().network.heal();
      await signsInAgain(service());
    },
  );
});
