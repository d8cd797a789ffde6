import { integrationEvent, one, pageOf, route } from '../core/contract';
import { EmptyDto } from '../core/fields';
import {
  ContactAcceptedDto,
  ContactDto,
  ContactPathDto,
  ContactRemovedDto,
  ContactRequestDto,
  ContactRequestedDto,
  ContactRequestPathDto,
  CreateContactRequestDto,
  ListContactRequestsDto,
  ListPeopleDto,
} from './contact.dto';

const bob = { user_id: 2, username: 'bob', full_name: 'Bob Dodgson', avatar_url: null };
const at = '2026-01-01T00:00:00.000Z';
const requestExample: ContactRequestDto = {
  id: 7,
  direction: 'outgoing',
  status: 'pending',
  user: bob,
  created_at: at,
};
const contactExample: ContactDto = { ...bob, since: at };

export const requestContact = route('POST /contacts/requests', {
  tag: 'contacts',
  summary:
    'Ask somebody to become a contact. Asking again changes nothing; a request that meets one of the other side makes two contacts at once.',
  access: 'user',
  body: CreateContactRequestDto,
  result: one(ContactRequestDto),
  errors: ['NOTFOUND', 'CONFLICT', 'RATE_LIMITED'],
  example: { body: { userId: 2 }, result: requestExample },
});

export const listContactRequests = route('GET /contacts/requests', {
  tag: 'contacts',
  summary: 'Requests that wait for an answer, newest first: those to the caller, or those of the caller.',
  access: 'user',
  query: ListContactRequestsDto,
  result: pageOf(ContactRequestDto),
  example: { result: [{ ...requestExample, direction: 'incoming' }] },
});

export const acceptContactRequest = route('POST /contacts/requests/:id/accept', {
  tag: 'contacts',
  summary: 'Say yes to a request: the two are contacts now.',
  access: 'user',
  params: ContactRequestPathDto,
  result: one(ContactDto),
  example: { result: contactExample },
});

export const rejectContactRequest = route('POST /contacts/requests/:id/reject', {
  tag: 'contacts',
  summary: 'Say no to a request. It is gone; its sender is not told.',
  access: 'user',
  params: ContactRequestPathDto,
  result: one(EmptyDto),
  example: { result: {} },
});

export const cancelContactRequest = route('DELETE /contacts/requests/:id', {
  tag: 'contacts',
  summary: 'Take an own request back.',
  access: 'user',
  params: ContactRequestPathDto,
  result: one(EmptyDto),
  example: { result: {} },
});

export const listContacts = route('GET /contacts', {
  tag: 'contacts',
  summary: "The caller's contacts, the newest first.",
  access: 'user',
  query: ListPeopleDto,
  result: pageOf(ContactDto),
  example: { result: [contactExample] },
});

export const removeContact = route('DELETE /contacts/:userId', {
  tag: 'contacts',
  summary: 'End a contact, for both sides.',
  access: 'user',
  params: ContactPathDto,
  result: one(EmptyDto),
  example: { result: {} },
});

export const contactRequested = integrationEvent('contact.requested', {
  version: 1,
  summary: 'Somebody asks somebody to become a contact.',
  payload: ContactRequestedDto,
  example: { requestId: 7, senderId: 1, senderName: 'alice', addresseeId: 2 },
});

export const contactAccepted = integrationEvent('contact.accepted', {
  version: 1,
  summary: 'Two people have become contacts.',
  payload: ContactAcceptedDto,
  example: { requestId: 7, senderId: 1, addresseeId: 2, addresseeName: 'bob', rev: 12 },
});

export const contactRemoved = integrationEvent('contact.removed', {
  version: 1,
  summary: 'Two people are no contacts any more.',
  payload: ContactRemovedDto,
  example: { userId: 1, contactId: 2, rev: 13 },
});
