import { Controller } from '@nestjs/common';
import {
  changePassword,
  forgotPassword,
  resendVerification,
  resetPassword,
  verifyEmail,
  type EmptyDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { RecoveryService } from './recovery.service';

@Controller()
export class RecoveryController {
  constructor(private readonly recovery: RecoveryService) {}

  @Handles(verifyEmail)
  verifyEmail(@Input() { body }: InputOf<typeof verifyEmail>): Promise<EmptyDto> {
    return this.recovery.verifyEmail(body.token);
  }

  @Handles(resendVerification)
  resendVerification(@Input() { user }: InputOf<typeof resendVerification>): Promise<EmptyDto> {
    return this.recovery.resendVerification(user);
  }

  @Handles(forgotPassword)
  forgotPassword(@Input() { body, client }: InputOf<typeof forgotPassword>): Promise<EmptyDto> {
    return this.recovery.forgotPassword(body.email, client.ip);
  }

  @Handles(resetPassword)
  resetPassword(@Input() { body, client }: InputOf<typeof resetPassword>): Promise<EmptyDto> {
    return this.recovery.resetPassword(body, client);
  }

  @Handles(changePassword)
  changePassword(@Input() { body, user, client }: InputOf<typeof changePassword>): Promise<EmptyDto> {
    return this.recovery.changePassword(body, user, client);
  }
}
