import { Module, type DynamicModule } from '@nestjs/common';
import { routes } from '@app/contracts';
import { PlatformModule } from '@app/platform';
import { AuthModule } from './auth/auth.module';
import type { UserConfig } from './config';
import { DatabaseModule } from './database/database.module';
import { SessionsModule } from './sessions/sessions.module';
import { UsersModule } from './users/users.module';

const TAGS = ['auth', 'users', 'internal'];

/** Who the users are and how they sign in. */
@Module({})
export class AppModule {
  static forRoot(config: UserConfig): DynamicModule {
    const platform = PlatformModule.forRoot({
      service: 'user-service',
      config,
      port: config.USER_SERVICE_PORT,
      routes: routes.filter(({ tag }) => TAGS.includes(tag)),
    });
    return {
      module: AppModule,
      imports: [platform, DatabaseModule, UsersModule, SessionsModule, AuthModule],
    };
  }
}
