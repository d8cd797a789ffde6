import { Module, type DynamicModule } from '@nestjs/common';
import { routes } from '@app/contracts';
import { MessagingModule } from '@app/messaging';
import { PlatformModule } from '@app/platform';
import { AccountModule } from './account/account.module';
import { AdministrationModule } from './administration/administration.module';
import { AuditModule } from './audit/audit.module';
import { AuthModule } from './auth/auth.module';
import type { UserConfig } from './config';
import { DatabaseModule } from './database/database.module';
import type { KeyPairs } from './keys/key-pairs';
import { DigestsModule } from './digests/digests.module';
import { HousekeepingModule } from './housekeeping/housekeeping.module';
import { KeysModule } from './keys/keys.module';
import { OidcModule } from './oidc/oidc.module';
import { OutboxModule } from './outbox/outbox.module';
import { SecondFactorModule } from './second-factor/second-factor.module';
import { PresenceModule } from './presence/presence.module';
import { PrivacyModule } from './privacy/privacy.module';
import { RelationsModule } from './relations/relations.module';
import { RolesModule } from './roles/roles.module';
import { SessionsModule } from './sessions/sessions.module';
import { UsersModule } from './users/users.module';

const SERVICE = 'user-service';
const TAGS = ['auth', 'users', 'contacts', 'roles', 'audit', 'internal'];

/** Who the users are and how they sign in. */
@Module({})
export class AppModule {
  /** `pairs`: the keys of access tokens, unless they are signed with a shared secret. */
  static forRoot(config: UserConfig, pairs?: KeyPairs): DynamicModule {
    const messaging = MessagingModule.forRoot({
      url: config.RABBITMQ_URL,
      service: SERVICE,
      instance: config.INSTANCE_ID || `${SERVICE}-${config.USER_SERVICE_PORT}`,
    });
    const platform = PlatformModule.forRoot({
      service: SERVICE,
      config,
      port: config.USER_SERVICE_PORT,
      routes: routes.filter(({ tag }) => TAGS.includes(tag)),
      keys: pairs,
    });
    return {
      module: AppModule,
      imports: [
        platform,
        messaging,
        DatabaseModule,
        HousekeepingModule,
        OutboxModule,
        AuditModule,
        KeysModule.forRoot(pairs),
        SessionsModule,
        // Before /users/:id: the first route that fits answers.
        RelationsModule,
        PrivacyModule,
        UsersModule,
        PresenceModule,
        RolesModule,
        AdministrationModule,
        SecondFactorModule,
        AuthModule,
        DigestsModule,
        AccountModule,
        OidcModule,
      ],
    };
  }
}
