import { enableSecondFactor, setupSecondFactor } from '@app/contracts';
import { TOTP } from 'otpauth';
import { PASSWORD, signedIn, type Person } from './people';
import type { UserService } from './user-service';

export interface Protected extends Person {
  secret: string;
  recoveryCodes: string[];
}

const PERIOD_MS = 30_000;

/** What an authenticator app shows, now or some steps of 30 seconds later. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + steps * PERIOD_MS });

/** A code that is wrong now and in the minutes around. */
export function wrongCode(secret: string): string {
  const near = Array.from({ length: 11 }, (_, index) => codeOf(secret, index - 5));
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'];
  return [...wrong, '888888', '999999', '123456', '654321'].find((code) => !near.includes(code)) ?? '';
}

/** As if all codes that were used had been used long ago: nobody waits half a minute for the next one. */
export const forgetSteps = (service: UserService, userId: number) =>
  service.sql('UPDATE second_factors SET last_step = 0 WHERE user_id = $1', [userId]);

/** Somebody new with a second factor, none of whose codes has been used. */
export async function withSecondFactor(service: UserService): Promise<Protected> {
  const person = await signedIn(service);
  const caller = service.as(person.accessToken);
  const { secret } = await caller.call(setupSecondFactor, { body: { password: PASSWORD } });
  const { recoveryCodes } = await caller.call(enableSecondFactor, { body: { code: codeOf(secret) } });
  await forgetSteps(service, person.user.user_id);
  return { ...person, secret, recoveryCodes };
}
