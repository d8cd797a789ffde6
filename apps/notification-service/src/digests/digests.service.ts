import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { DigestClaimDto, DigestClaimsDto, DigestDto, DigestOutcome } from '@app/contracts';
import { NotificationConfig } from '../config';
import { isWithin } from '../preferences/quiet-hours';
import type { StoredPreferences } from '../preferences/preferences';
import { belongsIntoDigest, digestOf } from './digest';
import { NEVER } from './digest-state';
import { DigestRepository, MOST_UNREAD } from './digest.repository';
import { UnsubscribeTokens } from './unsubscribe-tokens';

const DEFAULT_LIMIT = 20;
/** People who are looked at for one answer, whether or not there is something to tell them: it must not take long. */
const MOST_LOOKS = 50;
/** Somebody who does not want to be disturbed now is looked at again. */
const QUIET_MS = 900_000;

/**
 * Digests of what stayed unread (docs/adr/0027-digests.md): who is due, and what there is to say at the moment at which the mail is
 * written. Who has which address is not known here.
 */
@Injectable()
export class DigestsService {
  constructor(
    private readonly digests: DigestRepository,
    private readonly tokens: UnsubscribeTokens,
    private readonly config: NotificationConfig,
  ) {}

  /** Each is claimed by one caller at a time. Who finds nothing to tell, and when there may be something, is noted on the way. */
  async claim(limit = DEFAULT_LIMIT): Promise<DigestClaimsDto> {
    const claims: DigestClaimDto[] = [];
    for (let looks = 0; looks < MOST_LOOKS && claims.length < limit; looks++) {
      const now = new Date();
      const claim = randomUUID();
      const found = await this.digests.claim(claim, now, later(now, this.config.DIGEST_CLAIM_MS));
      if (!found) return { claims, more: false };
      const next = await this.nextLook(found, now);
      if (next === null) claims.push({ userId: found._id, claim });
      else await this.digests.release(found._id, claim, next);
    }
    return { claims, more: true };
  }

  /** What is unread now, for the one who has claimed it, and only once; null: nothing, or it is not wanted any more. */
  async take(userId: number, claim: string): Promise<DigestDto | null> {
    const chosen = await this.digests.findClaimed(userId, claim);
    if (!chosen) return null;
    const now = new Date();
    const period = { after: chosen.digest?.covered ?? NEVER, until: this.ripeAt(now) };
    const found = await this.digests.listUnread(userId, period, 'newest');
    const told = found.slice(0, MOST_UNREAD).filter((each) => belongsIntoDigest(each, chosen));
    if (told.length === 0) {
      await this.digests.release(userId, claim, later(now, this.config.DIGEST_AFTER * 1_000));
      return null;
    }
    const next = later(now, this.config.DIGEST_EVERY * 1_000);
    if (!(await this.digests.take(userId, claim, period, now, next))) return null;
    const unsubscribeToken = this.tokens.make(userId);
    return { ...digestOf(told, chosen), more: found.length > MOST_UNREAD, unsubscribeToken };
  }

  async settle(userId: number, claim: string, outcome: DigestOutcome): Promise<void> {
    const { DIGEST_EVERY, DIGEST_TRIES, DIGEST_RETRY_MS } = this.config;
    const now = new Date();
    if (outcome === 'skipped') {
      await this.digests.release(userId, claim, later(now, DIGEST_EVERY * 1_000));
      return;
    }
    const taken = outcome === 'later' ? await this.digests.findTaken(userId, claim) : null;
    const tries = (taken?.digest?.tries ?? 0) + 1;
    if (!taken || tries >= DIGEST_TRIES) await this.digests.finish(userId, claim);
    else {
      const at = later(now, DIGEST_RETRY_MS * 4 ** (tries - 1));
      await this.digests.putBack(userId, claim, taken.digest?.before ?? NEVER, at, tries);
    }
  }

  /** Null: there is something to tell. Else when there may be: whatever comes from now on has to wait for as long as all. */
  private async nextLook(chosen: StoredPreferences, now: Date): Promise<Date | null> {
    if (chosen.do_not_disturb && isWithin(chosen.do_not_disturb, now)) return later(now, QUIET_MS);
    const period = { after: chosen.digest?.covered ?? NEVER, until: now };
    const unread = await this.digests.listUnread(chosen._id, period, 'oldest');
    const oldest = unread.find((each) => belongsIntoDigest(each, chosen))?.created_at ?? now;
    return oldest <= this.ripeAt(now) ? null : later(oldest, this.config.DIGEST_AFTER * 1_000);
  }

  private ripeAt(now: Date): Date {
    return later(now, -this.config.DIGEST_AFTER * 1_000);
  }
}

const later = (from: Date, ms: number) => new Date(from.getTime() + ms);
