import { Controller } from '@nestjs/common';
import {
  finishOidcLink,
  listOidcIdentities,
  removeOidcIdentity,
  startOidcLink,
  type EmptyDto,
  type OidcIdentityDto,
  type OidcStartedDto,
} from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { LinksService } from './links.service';

@Controller()
export class LinksController {
  constructor(private readonly links: LinksService) {}

  @Handles(startOidcLink)
  start(@Input() { user, body }: InputOf<typeof startOidcLink>): Promise<OidcStartedDto> {
    return this.links.start(user, body.password);
  }

  @Handles(finishOidcLink)
  finish(@Input() { user, body, client }: InputOf<typeof finishOidcLink>): Promise<OidcIdentityDto> {
    return this.links.finish(user, body, client);
  }

  @Handles(listOidcIdentities)
  list(@Input() { user }: InputOf<typeof listOidcIdentities>): Promise<OidcIdentityDto[]> {
    return this.links.list(user);
  }

  @Handles(removeOidcIdentity)
  async remove(@Input() { user, params, client }: InputOf<typeof removeOidcIdentity>): Promise<EmptyDto> {
    await this.links.remove(user, params.id, client);
    return {};
  }
}
