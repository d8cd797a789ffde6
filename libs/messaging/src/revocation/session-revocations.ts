import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  listRevokedSessions,
  sessionRevoked,
  type ListRevokedDto,
  type RevokedSessionsDto,
  type Success,
} from '@app/contracts';
import {
  AccessTokens,
  BaseConfig,
  HealthRegistry,
  Logger,
  PROCESS_INFO,
  RevokedSessions,
  ServiceClient,
  Shutdown,
  type ProcessInfo,
} from '@app/platform';
import { InstanceSubscriptions } from '../subscription/instance-subscriptions';

type Answer = Pick<Success<RevokedSessionsDto[]>, 'data' | 'page'>;

export const BASE_CONFIG = Symbol('base config');

/** While the broker is away, the owner of the sessions is asked this often instead. */
const WITHOUT_BROKER_MS = 500;
/** An event can be lost with a broker; the list cannot. */
const WITH_BROKER_MS = 15_000;
const DEADLINE_MS = 2_000;
/** A transaction that began earlier may be committed later: what is this close is read again. */
const OVERLAP_MS = 10_000;
/**
 * A process that cannot learn which sessions have ended is not ready for this long; after that it serves, because chat must not
 * depend on the user service, and what has ended meanwhile counts until its token expires or the list is there.
 */
const BOOT_GRACE_MS = 10_000;

/**
 * Tells this process which sessions have ended: by event, in milliseconds; by the user service's own list at the start, after
 * each reconnection to the broker, twice a second while the broker is away, and now and then in any case.
 */
@Injectable()
export class SessionRevocations implements OnModuleInit {
  private readonly client: ServiceClient;
  private readonly logger: Logger;
  /** When the latest end that we know of was, by the clock of the user service's database. */
  private latest: string | undefined;
  private loaded = false;
  private loading = false;
  private again = false;
  private lastLoad = -Infinity;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly subscriptions: InstanceSubscriptions,
    private readonly revoked: RevokedSessions,
    private readonly health: HealthRegistry,
    private readonly shutdown: Shutdown,
    tokens: AccessTokens,
    logger: Logger,
    @Inject(PROCESS_INFO) info: ProcessInfo,
    @Inject(BASE_CONFIG) config: BaseConfig,
  ) {
    this.logger = logger.child({ context: 'SessionRevocations' });
    this.client = new ServiceClient(tokens, {
      caller: info.service,
      target: 'user-service',
      urls: config.USER_SERVICE_URL,
      deadlineMs: DEADLINE_MS,
    });
  }

  onModuleInit(): void {
    const graceEnds = performance.now() + BOOT_GRACE_MS;
    this.health.register('ended sessions', () =>
      this.loaded || performance.now() > graceEnds
        ? Promise.resolve()
        : Promise.reject(new Error('the user service has not told yet which sessions have ended')),
    );
    this.subscriptions.hear(sessionRevoked, ({ data }) => this.revoked.add(data));
    this.subscriptions.onConnect(() => void this.load());
    this.timer = setInterval(() => this.tick(), WITHOUT_BROKER_MS);
    this.shutdown.register('close-stores', 'ended sessions', () => {
      clearInterval(this.timer);
      return Promise.resolve();
    });
    void this.load();
  }

  private tick(): void {
    const due = this.loaded && this.subscriptions.connected ? WITH_BROKER_MS : WITHOUT_BROKER_MS;
    if (performance.now() - this.lastLoad >= due) void this.load();
  }

  /** A call while another one runs makes that one look once more: its pages may be from before. */
  private async load(): Promise<void> {
    this.lastLoad = performance.now();
    this.again = true;
    if (this.loading) return;
    this.loading = true;
    try {
      while (this.again) {
        this.again = false;
        await this.loadAll();
      }
      this.loaded = true;
    } catch (error) {
      if (this.loaded) this.logger.warn('the user service does not tell which sessions have ended', error);
    } finally {
      this.loading = false;
    }
  }

  private async loadAll(): Promise<void> {
    const since = this.latest && new Date(Date.parse(this.latest) - OVERLAP_MS).toISOString();
    let cursor: string | null = null;
    do {
      const body: ListRevokedDto = {
        ...(since !== undefined && { since }),
        ...(cursor !== null && { cursor }),
      };
      const { data, page }: Answer = await this.client.ask(listRevokedSessions, { body, idempotent: true });
      for (const revoked of data) this.revoked.add(revoked);
      this.latest = data.at(-1)?.at ?? this.latest;
      cursor = page?.next ?? null;
    } while (cursor !== null);
  }
}
