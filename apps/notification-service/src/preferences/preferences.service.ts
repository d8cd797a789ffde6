import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  badRequest,
  type ExportedPreferencesDto,
  type PreferencesDto,
  type SetPreferencesDto,
} from '@app/contracts';
import { FreshCache } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { toPreferencesDto, type Preferences } from './preferences';
import { PreferencesRepository } from './preferences.repository';

const TOPIC = 'preferences-changed';
/** Where the word of another instance gets lost, a choice counts after so long. */
const BELIEVED_MS = 10_000;
const REMEMBERED = 100_000;

/** How people want to be told of what. */
@Injectable()
export class PreferencesService implements OnApplicationBootstrap {
  private readonly known = new FreshCache<number, Preferences | null>(BELIEVED_MS, REMEMBERED);

  constructor(
    private readonly preferences: PreferencesRepository,
    private readonly broadcaster: Broadcaster,
  ) {}

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ userId: number }>(TOPIC, ({ userId }) => this.known.forget(userId));
  }

  async get(userId: number): Promise<PreferencesDto> {
    return toPreferencesDto((await this.preferences.listOf([userId])).get(userId));
  }

  /** All of them: what is left out is as it was in the beginning. */
  async set(
    userId: number,
    { kinds = {}, doNotDisturb, pushContent, emailDigest }: SetPreferencesDto,
  ): Promise<PreferencesDto> {
    if (kinds.security?.inApp === false)
      throw badRequest(
        'kinds.security.inApp',
        'must not be false: security notices always stand in the list',
      );
    const chosen: Preferences = {
      kinds: JSON.parse(JSON.stringify(kinds)) as Preferences['kinds'],
      do_not_disturb: doNotDisturb ? { ...doNotDisturb } : null,
      push_content: pushContent ?? true,
      email_digest: emailDigest ?? false,
      updated_at: new Date(),
    };
    await this.preferences.set(userId, chosen);
    this.forget(userId);
    return toPreferencesDto(chosen);
  }

  /** Of many at once: one query for those that are not at hand. Null: they have chosen nothing. */
  of(userIds: readonly number[]): Promise<Map<number, Preferences | null>> {
    return this.known.load([...new Set(userIds)], (missing) => this.preferences.listOf(missing));
  }

  /** One, or none for those who have chosen nothing. */
  async export(userId: number): Promise<ExportedPreferencesDto[]> {
    const stored = await this.preferences.find(userId);
    if (!stored) return [];
    return [{ ...toPreferencesDto(stored), lastDigestAt: stored.digest?.last?.toISOString() ?? null }];
  }

  /** No more digests; everything else stays as it was chosen. */
  async endDigests(userId: number): Promise<void> {
    await this.preferences.endDigests(userId, new Date());
    this.forget(userId);
  }

  /** For a deleted account. */
  async removeOf(userId: number): Promise<void> {
    await this.preferences.remove(userId);
    this.forget(userId);
  }

  private forget(userId: number): void {
    this.known.forget(userId);
    this.broadcaster.tellPeers(TOPIC, { userId });
  }
}
