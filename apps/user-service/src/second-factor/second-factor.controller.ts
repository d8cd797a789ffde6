import { Controller } from '@nestjs/common';
import {
  disableSecondFactor,
  enableSecondFactor,
  getSecondFactor,
  renewRecoveryCodes,
  setupSecondFactor,
  type EmptyDto,
  type RecoveryCodesDto,
  type SecondFactorSecretDto,
  type SecondFactorStateDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { EnrolmentService } from './enrolment.service';

@Controller()
export class SecondFactorController {
  constructor(private readonly enrolment: EnrolmentService) {}

  @Handles(getSecondFactor)
  state(@Input() { user }: InputOf<typeof getSecondFactor>): Promise<SecondFactorStateDto> {
    return this.enrolment.state(user);
  }

  @Handles(setupSecondFactor)
  setup(@Input() { user, body }: InputOf<typeof setupSecondFactor>): Promise<SecondFactorSecretDto> {
    return this.enrolment.setup(user, body.password);
  }

  @Handles(enableSecondFactor)
  enable(@Input() { user, body, client }: InputOf<typeof enableSecondFactor>): Promise<RecoveryCodesDto> {
    return this.enrolment.enable(user, body.code, client);
  }

  @Handles(disableSecondFactor)
  async disable(@Input() { user, body, client }: InputOf<typeof disableSecondFactor>): Promise<EmptyDto> {
    await this.enrolment.disable(user, body, client);
    return {};
  }

  @Handles(renewRecoveryCodes)
  renew(@Input() { user, body, client }: InputOf<typeof renewRecoveryCodes>): Promise<RecoveryCodesDto> {
    return this.enrolment.renewRecoveryCodes(user, body, client);
  }
}
