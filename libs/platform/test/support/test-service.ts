import { randomBytes } from 'node:crypto';
import { Controller, Module, type DynamicModule, type Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError, listOf, one, pageOf, route, type Page, type Route } from '@app/contracts';
import { HttpClient } from '@app/testing';
import { IsInt, IsOptional, IsString, MaxLength } from 'class-validator';
import { Type as Kind } from 'class-transformer';
import {
  BaseConfig,
  Handles,
  Input,
  OpenPage,
  PlatformModule,
  startService,
  type InputOf,
} from '../../src/index';

class ThingDto {
  @IsString()
  @MaxLength(100_000)
  name!: string;
}

class ThingIdDto {
  @Kind(() => Number)
  @IsInt()
  id!: number;
}

class FilterDto {
  @IsOptional()
  @IsString()
  search?: string;
}

export class SeenDto {
  @IsString()
  who!: string;
}

const parts = { tag: 'test', access: 'public', summary: 'For tests.' } as const;
const example = { result: { name: 'a' } };
export const makeThing = route('POST /things', {
  ...parts,
  status: 201,
  body: ThingDto,
  result: one(ThingDto),
  example: { body: { name: 'a' }, ...example },
});
export const getThing = route('GET /things/:id', {
  ...parts,
  params: ThingIdDto,
  result: one(ThingDto),
  example,
});
export const listThings = route('GET /things', {
  ...parts,
  query: FilterDto,
  result: listOf(ThingDto),
  example: { result: [{ name: 'a' }] },
});
export const pageThings = route('GET /things/pages', {
  ...parts,
  result: pageOf(ThingDto),
  example: { result: [{ name: 'a' }] },
});
const seen = { result: one(SeenDto), example: { result: { who: 'alice' } } };
export const forUsers = route('GET /for-users', { ...parts, access: 'user', ...seen });
export const forServices = route('GET /for-services', { ...parts, access: 'service', ...seen });
export const served = [
  makeThing,
  getThing,
  listThings,
  pageThings,
  forUsers,
  forServices,
] as unknown as Route<never, never, never>[];

@Controller()
export class ThingsController {
  @Handles(makeThing)
  make(@Input() { body }: InputOf<typeof makeThing>) {
    return Promise.resolve(body);
  }

  @Handles(pageThings)
  pages(@Input() _input: InputOf<typeof pageThings>): Promise<Page<ThingDto>> {
    return Promise.resolve({ items: [{ name: 'a' }], next: 'cursor', total: 9 });
  }

  /** By the id: refuses, breaks, or answers. */
  @Handles(getThing)
  get(@Input() { params, requestId }: InputOf<typeof getThing>) {
    if (params.id === 404) throw new AppError('NOTFOUND', 'thing not found');
    if (params.id === 429) throw new AppError('RATE_LIMITED', 'slow down', undefined, 1_500);
    if (params.id === 500) throw new Error('the password is 12345');
    return Promise.resolve({ name: requestId });
  }

  @Handles(listThings)
  list(@Input() { query }: InputOf<typeof listThings>) {
    return Promise.resolve([{ name: query.search ?? 'all' }]);
  }

  @Handles(forUsers)
  users(@Input() { user }: InputOf<typeof forUsers>) {
    return Promise.resolve({ who: `${user.userId} ${user.username}` });
  }

  @Handles(forServices)
  services(@Input() _input: InputOf<typeof forServices>) {
    return Promise.resolve({ who: 'a service' });
  }

  @OpenPage('/without-contract')
  plain(): string {
    return 'plain';
  }
}

@Module({})
class TestModule {
  static with(platform: DynamicModule, controllers: Type[]): DynamicModule {
    return { module: TestModule, imports: [platform], controllers };
  }
}

export const SECRET = randomBytes(32).toString('hex');

/** A service in miniature, on a port of its own. */
export async function startTestService(
  options: { controllers?: Type[]; routes?: typeof served; trustProxy?: number; atTheEdge?: boolean } = {},
): Promise<{ app: NestExpressApplication; origin: string; client: HttpClient }> {
  const config = Object.assign(new BaseConfig(), {
    JWT_ACCESS_SECRET: SECRET,
    LOG_LEVEL: 'silent',
    NODE_ENV: 'test',
    INSTANCE_ID: 'test-1',
  });
  const platform = PlatformModule.forRoot({
    service: 'test-service',
    config,
    port: 1,
    routes: options.routes ?? served,
  });
  const app = await startService({
    module: TestModule.with(platform, options.controllers ?? [ThingsController]),
    port: 0,
    trustProxy: options.trustProxy,
    atTheEdge: options.atTheEdge,
  });
  const origin = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return { app, origin, client: new HttpClient(origin) };
}
