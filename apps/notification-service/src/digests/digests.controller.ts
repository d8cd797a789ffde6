import { Controller } from '@nestjs/common';
import { claimDigests, settleDigest, takeDigest } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { DigestsService } from './digests.service';

/** For the user service, by service token; the gateway does not route here. */
@Controller()
export class DigestsController {
  constructor(private readonly digests: DigestsService) {}

  @Handles(claimDigests)
  claim(@Input() { body }: InputOf<typeof claimDigests>) {
    return this.digests.claim(body.limit);
  }

  @Handles(takeDigest)
  async take(@Input() { body }: InputOf<typeof takeDigest>) {
    return { digest: await this.digests.take(body.userId, body.claim) };
  }

  @Handles(settleDigest)
  async settle(@Input() { body }: InputOf<typeof settleDigest>) {
    await this.digests.settle(body.userId, body.claim, body.outcome);
    return {};
  }
}
