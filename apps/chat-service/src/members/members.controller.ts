import { Controller } from '@nestjs/common';
import {
  deleteMember,
  deleteModerator,
  getMembers,
  postLeave,
  postMember,
  postModerator,
  postTransfer,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { MemberList } from './member-list';
import { MembersService } from './members.service';

@Controller()
export class MembersController {
  constructor(
    private readonly members: MembersService,
    private readonly memberList: MemberList,
  ) {}

  @Handles(getMembers)
  list(@Input() input: InputOf<typeof getMembers>) {
    return this.memberList.page(callerIn(input), { ...input.query, conversationId: input.params.id });
  }

  @Handles(postMember)
  add(@Input() input: InputOf<typeof postMember>) {
    return this.members.add(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(deleteMember)
  remove(@Input() input: InputOf<typeof deleteMember>) {
    const { id: conversationId, userId } = input.params;
    return this.members.remove(callerIn(input), { ...input.query, conversationId, userId });
  }

  @Handles(postLeave)
  async leave(@Input() input: InputOf<typeof postLeave>) {
    await this.members.quit(callerIn(input), { ...input.body, conversationId: input.params.id });
    return {};
  }

  @Handles(postModerator)
  promote(@Input() input: InputOf<typeof postModerator>) {
    return this.members.promote(callerIn(input), { ...input.body, conversationId: input.params.id });
  }

  @Handles(deleteModerator)
  demote(@Input() input: InputOf<typeof deleteModerator>) {
    const { id: conversationId, userId } = input.params;
    return this.members.demote(callerIn(input), { ...input.query, conversationId, userId });
  }

  @Handles(postTransfer)
  transfer(@Input() input: InputOf<typeof postTransfer>) {
    return this.members.transfer(callerIn(input), { ...input.body, conversationId: input.params.id });
  }
}
