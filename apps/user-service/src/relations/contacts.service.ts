import { Injectable } from '@nestjs/common';
import {
  AppError,
  badRequest,
  notFound,
  type ContactDto,
  type ContactRequestDto,
  type ListContactRequestsDto,
  type ListPeopleDto,
  type Page,
} from '@app/contracts';
import { UserConfig } from '../config';
import { ThrottleService } from '../throttle/throttle.service';
import { ContactRequestRepository, type RequestRefusal } from './contact-request.repository';
import { ContactRepository } from './contact.repository';
import { pageByTime } from './page';

const conflict = (message: string) => new AppError('CONFLICT', message);

@Injectable()
export class ContactsService {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly requests: ContactRequestRepository,
    private readonly throttle: ThrottleService,
    private readonly config: UserConfig,
  ) {}

  /** Throws RATE_LIMITED for who takes requests back to send them again: each new one is told to the addressee. */
  async request(userId: number, addresseeId: number): Promise<ContactRequestDto> {
    if (userId === addresseeId) throw badRequest('userId', 'must be somebody else');
    const outcome = await this.requests.create(userId, addresseeId, {
      maxPending: this.config.MAX_CONTACT_REQUESTS,
      spend: (transaction) => this.throttle.spend('contact-request', `${userId}:${addresseeId}`, transaction),
    });
    if (typeof outcome === 'string') throw this.refusal(outcome);
    return outcome;
  }

  listRequests(
    userId: number,
    { direction = 'incoming', ...query }: ListContactRequestsDto,
  ): Promise<Page<ContactRequestDto>> {
    return pageByTime(
      query,
      (limit, after) => this.requests.listOf(userId, direction, limit, after),
      ({ id, created_at }) => ({ id, at: created_at }),
    );
  }

  async accept(userId: number, requestId: number): Promise<ContactDto> {
    const contact = await this.requests.accept(userId, requestId);
    if (!contact) throw notFound('request');
    return contact;
  }

  async reject(userId: number, requestId: number): Promise<void> {
    if (!(await this.requests.reject(userId, requestId))) throw notFound('request');
  }

  async cancel(userId: number, requestId: number): Promise<void> {
    if (!(await this.requests.cancel(userId, requestId))) throw notFound('request');
  }

  list(userId: number, query: ListPeopleDto): Promise<Page<ContactDto>> {
    return pageByTime(
      query,
      (limit, after) => this.contacts.listOf(userId, limit, after),
      ({ user_id, since }) => ({ id: user_id, at: since }),
    );
  }

  async remove(userId: number, contactId: number): Promise<void> {
    if (!(await this.contacts.remove(userId, contactId))) throw notFound('contact');
  }

  private refusal(reason: RequestRefusal): AppError {
    switch (reason) {
      case 'unknown':
        return notFound('user');
      case 'contacts':
        return conflict('you are contacts already');
      case 'blocked by the sender':
        return conflict('you block this user; unblock first');
      case 'too many':
        return conflict(`more than ${this.config.MAX_CONTACT_REQUESTS} of your requests wait for an answer`);
    }
  }
}
