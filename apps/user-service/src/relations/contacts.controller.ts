import { Controller } from '@nestjs/common';
import {
  acceptContactRequest,
  cancelContactRequest,
  listContactRequests,
  listContacts,
  rejectContactRequest,
  removeContact,
  requestContact,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { ContactsService } from './contacts.service';

@Controller()
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Handles(requestContact)
  request(@Input() { user, body }: InputOf<typeof requestContact>) {
    return this.contacts.request(user.userId, body.userId);
  }

  @Handles(listContactRequests)
  listRequests(@Input() { user, query }: InputOf<typeof listContactRequests>) {
    return this.contacts.listRequests(user.userId, query);
  }

  @Handles(acceptContactRequest)
  accept(@Input() { user, params }: InputOf<typeof acceptContactRequest>) {
    return this.contacts.accept(user.userId, params.id);
  }

  @Handles(rejectContactRequest)
  async reject(@Input() { user, params }: InputOf<typeof rejectContactRequest>) {
    await this.contacts.reject(user.userId, params.id);
    return {};
  }

  @Handles(cancelContactRequest)
  async cancel(@Input() { user, params }: InputOf<typeof cancelContactRequest>) {
    await this.contacts.cancel(user.userId, params.id);
    return {};
  }

  @Handles(listContacts)
  list(@Input() { user, query }: InputOf<typeof listContacts>) {
    return this.contacts.list(user.userId, query);
  }

  @Handles(removeContact)
  async remove(@Input() { user, params }: InputOf<typeof removeContact>) {
    await this.contacts.remove(user.userId, params.userId);
    return {};
  }
}
