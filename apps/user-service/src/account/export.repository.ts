import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import type { ExportedRows } from './exported-data';

const PAGE = 500;

@Injectable()
export class ExportRepository {
  constructor(private readonly database: Database) {}

  /** The rows of one list, some at a time. */
  async *pages(
    userId: number,
    { table, join = '', where, key, columns }: ExportedRows,
  ): AsyncGenerator<object[]> {
    const [column, type] = key;
    const fields = Object.entries(columns).map(([name, expression]) => `${expression} AS "${name}"`);
    const text = `SELECT ${table}.${column}::text AS "cursor", ${fields.join(', ')} FROM ${table} ${join}
      WHERE ${where.replaceAll('$1', '$1::integer')} AND ($2::${type} IS NULL OR ${table}.${column} > $2::${type})
      ORDER BY ${table}.${column} LIMIT ${PAGE}`;
    for (let after: string | null = null; ;) {
      const rows: { cursor: string }[] = await this.database.run((manager) =>
        manager.query(text, [userId, after]),
      );
      yield rows.map(({ cursor: _, ...row }) => row);
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = last.cursor;
    }
  }
}
