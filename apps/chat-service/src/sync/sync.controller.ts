import { Controller } from '@nestjs/common';
import { getSync } from '@app/contracts';
import { Handles, Input, type InputOf } from '@app/platform';
import { callerIn } from '../caller';
import { toCursors } from './cursors';
import { SyncService } from './sync.service';

@Controller()
export class SyncController {
  constructor(private readonly service: SyncService) {}

  @Handles(getSync)
  sync(@Input() input: InputOf<typeof getSync>) {
    const { cursors, ...rest } = input.query;
    return this.service.sync(callerIn(input), { ...rest, cursors: toCursors(cursors) });
  }
}
