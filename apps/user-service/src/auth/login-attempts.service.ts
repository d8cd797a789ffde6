import { Injectable } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { SessionsService } from '../sessions/sessions.service';
import { ThrottleService } from '../throttle/throttle.service';

/** Who tries to sign in. */
export interface Who {
  /** As given, in one spelling: what is known of the account must not change what is counted. */
  name: string;
  userId?: number;
  ip: string;
  /** Of a session that the device has already. */
  refreshToken?: string;
}

type Outcome = 'right' | 'wrong' | 'unknown';

/**
 * Lets passwords be tried, so many in a while: for one name, and from one address. A try is counted before it is made,
 * so that many at once are no more than one after the other. A device with a live session of the account has tries of
 * its own: whatever others do, its owner can sign in.
 */
@Injectable()
export class LoginAttempts {
  private readonly running = new Map<string, Set<Promise<Outcome>>>();

  constructor(
    private readonly throttle: ThrottleService,
    private readonly sessions: SessionsService,
  ) {}

  /** Makes one try. Throws RATE_LIMITED without making it, else what `check` throws. */
  async run<T>(who: Who, check: () => Promise<T>): Promise<T> {
    const session = who.refreshToken ? await this.sessions.findHolder(who.refreshToken) : null;
    if (session && session.userId === who.userId) return this.fromSession(session.sessionId, check);
    await this.throttle.spend('login-address', who.ip);
    let outcome: Outcome = 'unknown';
    try {
      const answer = await this.forName(who.name, check);
      outcome = 'right';
      return answer;
    } catch (error) {
      if (isWrong(error)) outcome = 'wrong';
      throw error;
    } finally {
      // Only wrong passwords cost: many people may share an address.
      if (outcome !== 'wrong') await this.throttle.giveBack('login-address', who.ip);
    }
  }

  /** The same for a device that is signed in. */
  async fromSession<T>(sessionId: string, check: () => Promise<T>): Promise<T> {
    await this.throttle.spend('login-session', sessionId);
    const answer = await check();
    await this.throttle.reset('login-session', sessionId);
    return answer;
  }

  private async forName<T>(name: string, check: () => Promise<T>): Promise<T> {
    await this.spend(name);
    let settle: (outcome: Outcome) => void = () => undefined;
    const running = new Promise<Outcome>((resolve) => (settle = resolve));
    const all = this.running.get(name) ?? new Set();
    this.running.set(name, all.add(running));
    let outcome: Outcome = 'unknown';
    try {
      const answer = await check();
      await this.throttle.reset('login-name', name);
      outcome = 'right';
      return answer;
    } catch (error) {
      if (isWrong(error)) outcome = 'wrong';
      else await this.throttle.giveBack('login-name', name);
      throw error;
    } finally {
      settle(outcome);
      all.delete(running);
      if (all.size === 0) this.running.delete(name);
    }
  }

  /** One who signs in on many devices in one moment is no attacker: while tries are being made here, wait how they end. */
  private async spend(name: string): Promise<void> {
    for (;;) {
      try {
        await this.throttle.spend('login-name', name);
        return;
      } catch (refusal) {
        const others = await Promise.all([...(this.running.get(name) ?? [])]);
        if (!others.includes('right')) throw refusal;
      }
    }
  }
}

const isWrong = (error: unknown) => error instanceof AppError && error.code === 'AUTH_INVALID';
