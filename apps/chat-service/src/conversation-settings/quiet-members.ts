import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { FreshCache } from '@app/platform';
import { Broadcaster } from '@app/realtime';
import { levelOf, type Mute } from './settings';
import { SettingsRepository } from './settings.repository';

const TOPIC = 'quiet:changed';
/** Where the word of another instance gets lost, a change counts after so long. */
const BELIEVED_MS = 60_000;
const REMEMBERED = 50_000;

/**
 * Who does not want to be told of what is said in a conversation. Asked for each message, so it is at hand: read once for
 * a conversation, together with others that are asked for at the same moment.
 */
@Injectable()
export class QuietMembers implements OnApplicationBootstrap {
  private readonly known = new FreshCache<string, Mute[]>(BELIEVED_MS, REMEMBERED);
  private wanted = new Set<string>();
  private reading: Promise<Map<string, Mute[]>> | undefined;

  constructor(
    private readonly settings: SettingsRepository,
    private readonly broadcaster: Broadcaster,
  ) {}

  onApplicationBootstrap(): void {
    this.broadcaster.onPeer<{ id: string }>(TOPIC, ({ id }) => this.known.forget(id));
  }

  /** Undefined: not at hand. */
  peek(conversationId: string): Mute[] | undefined {
    return this.known.peek(conversationId);
  }

  async load(conversationId: string): Promise<Mute[]> {
    this.wanted.add(conversationId);
    this.reading ??= Promise.resolve().then(() => this.read());
    return (await this.reading).get(conversationId) ?? [];
  }

  /** Somebody has muted the conversation, or no longer. */
  changed(conversationId: string): void {
    this.known.forget(conversationId);
    this.broadcaster.tellPeers(TOPIC, { id: conversationId });
  }

  private read(): Promise<Map<string, Mute[]>> {
    const ids = [...this.wanted];
    this.wanted = new Set();
    this.reading = undefined;
    return this.known.load(ids, async (missing) => {
      const found = await this.settings.listMuted(missing);
      return new Map(missing.map((id) => [id, found.get(id) ?? []]));
    });
  }
}

/** Those of the mutes that count at this time for a message; `isNamed`: it names the user, or answers them. */
export const quietAmong = (
  mutes: readonly Mute[],
  at: Date,
  isNamed: (userId: number) => boolean,
): Set<number> =>
  new Set(
    mutes
      .filter(({ userId, settings }) => {
        const level = levelOf(settings, at);
        return level === 'nothing' || (level === 'mentions' && !isNamed(userId));
      })
      .map(({ userId }) => userId),
  );
