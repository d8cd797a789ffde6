import { Injectable, type OnModuleInit } from '@nestjs/common';
import { badRequest, type ListRevokedDto, type Page, type RevokedSessionsDto } from '@app/contracts';
import { UserConfig } from '../config';
import { Housekeeping } from '../housekeeping/housekeeping.service';
import { RevocationRepository, type RevokedAfter } from './revocation.repository';
import { tokenSeconds } from './sessions.service';

const PAGE = 500;
const NIL = '00000000-0000-0000-0000-000000000000';

/** For services that start, or that may have missed an event. */
@Injectable()
export class RevokedSessionsService implements OnModuleInit {
  constructor(
    private readonly config: UserConfig,
    private readonly revocations: RevocationRepository,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register('ended sessions', (limit) =>
      this.revocations.removeEnded(this.config.SESSION_RETENTION_DAYS, limit),
    );
  }

  async list({ since, cursor }: ListRevokedDto): Promise<Page<RevokedSessionsDto>> {
    const from = { at: new Date(since ?? 0), sessionId: NIL };
    const after = cursor === undefined ? from : parse(cursor);
    const found = await this.revocations.listRevoked(tokenSeconds(this.config), after, PAGE + 1);
    const items = found.slice(0, PAGE);
    const last = items.at(-1);
    const next = last && found.length > PAGE ? `${Date.parse(last.at)}.${last.sessionIds[0] ?? ''}` : null;
    return { items, next };
  }
}

function parse(cursor: string): RevokedAfter {
  const [, at, sessionId] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (at === undefined || sessionId === undefined)
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  return { at: new Date(Number(at)), sessionId };
}
