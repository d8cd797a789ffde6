import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { SecondFactorModule } from '../second-factor/second-factor.module';
import { SecretsModule } from '../secrets/secrets.module';
import { UsersModule } from '../users/users.module';
import { AccountsService } from './accounts.service';
import { FlowRepository } from './flow.repository';
import { FlowsService } from './flows.service';
import { IdentityProvider } from './identity-provider';
import { IdentityRepository } from './identity.repository';
import { LinksController } from './links.controller';
import { LinksService } from './links.service';
import { OidcController } from './oidc.controller';
import { OidcService } from './oidc.service';

@Module({
  imports: [AuthModule, SecondFactorModule, SecretsModule, UsersModule],
  controllers: [OidcController, LinksController],
  providers: [
    AccountsService,
    FlowRepository,
    FlowsService,
    IdentityProvider,
    IdentityRepository,
    LinksService,
    OidcService,
  ],
})
export class OidcModule {}
