import { Injectable } from '@nestjs/common';
import { badRequest, type Page, type RevokedSessionsDto } from '@app/contracts';
import { UserConfig } from '../config';
import { RevocationRepository, type RevokedAfter } from './revocation.repository';
import { tokenSeconds } from './sessions.service';

const PAGE = 500;

/** For services that start, or that may have missed an event. */
@Injectable()
export class RevokedSessionsService {
  constructor(
    private readonly config: UserConfig,
    private readonly revocations: RevocationRepository,
  ) {}

  /** `next` is never null: it is where to go on at the next time, when more has ended. */
  async list(cursor: string | undefined): Promise<Page<RevokedSessionsDto>> {
    const after = cursor === undefined ? null : parse(cursor);
    const found = await this.revocations.listRevoked(tokenSeconds(this.config), after, PAGE);
    const last = found.at(-1);
    const next = last ? `${last.at.getTime()}.${last.revoked.sessionIds[0] ?? ''}` : (cursor ?? null);
    return { items: found.map(({ revoked }) => revoked), next };
  }
}

function parse(cursor: string): RevokedAfter {
  const [, at, sessionId] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (at === undefined || sessionId === undefined)
    throw badRequest('cursor', 'must be the `page.next` of an earlier answer');
  return { at: new Date(Number(at)), sessionId };
}
