import { Controller } from '@nestjs/common';
import {
  deleteInvite,
  getInvites,
  postInvite,
  postJoinByCode,
  postJoinByInvite,
  postRotateCode,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { CodesService } from './codes.service';
import { InvitesService } from './invites.service';

@Controller()
export class JoiningController {
  constructor(
    private readonly codes: CodesService,
    private readonly invites: InvitesService,
  ) {}

  @Handles(postJoinByCode)
  joinByCode(@Input() input: InputOf<typeof postJoinByCode>) {
    return this.codes.join(callerIn(input), input.body);
  }

  @Handles(postRotateCode)
  rotateCode(@Input() input: InputOf<typeof postRotateCode>) {
    return this.codes.rotate(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(postInvite)
  createInvite(@Input() input: InputOf<typeof postInvite>) {
    return this.invites.create(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(getInvites)
  listInvites(@Input() input: InputOf<typeof getInvites>) {
    return this.invites.list(callerIn(input), input.params.id);
  }

  @Handles(deleteInvite)
  revokeInvite(@Input() input: InputOf<typeof deleteInvite>) {
    const { id, inviteId } = input.params;
    return this.invites.revoke(callerIn(input), { conversationId: id, inviteId });
  }

  @Handles(postJoinByInvite)
  joinByInvite(@Input() input: InputOf<typeof postJoinByInvite>) {
    return this.invites.join(callerIn(input), input.body);
  }
}
