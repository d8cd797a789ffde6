import { sql } from './user-service';

/** Everything in the catalogue that a migration can change, table by table, in an order of its own. */
const CATALOGUE = {
  columns: `SELECT table_name, column_name, data_type, udt_name, datetime_precision, character_maximum_length, is_nullable,
      column_default, is_generated, generation_expression, collation_name
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations' ORDER BY 1, 2`,
  indexes: `SELECT tablename, indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'migrations' ORDER BY 1, 2`,
  constraints: `SELECT conrelid::regclass::text AS "table", conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'migrations' ORDER BY 1, 2`,
  triggers: `SELECT tgrelid::regclass::text AS "table", tgname, pg_get_triggerdef(oid) AS definition FROM pg_trigger
    WHERE NOT tgisinternal ORDER BY 1, 2`,
  functions: `SELECT proname, pg_get_functiondef(oid) AS definition FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a' ORDER BY 1, 2`,
  views: `SELECT table_name, view_definition FROM information_schema.views WHERE table_schema = 'public' ORDER BY 1`,
  types: `SELECT t.typname, array_agg(e.enumlabel ORDER BY e.enumsortorder)::text AS labels FROM pg_type t
    JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = 'public'::regnamespace GROUP BY 1 ORDER BY 1`,
  sequences: `SELECT sequence_name, data_type FROM information_schema.sequences
    WHERE sequence_schema = 'public' AND sequence_name <> 'migrations_id_seq' ORDER BY 1`,
} as const;

type Rows = Record<string, unknown>[];

/** The schema of a database, as something that can be compared. */
export async function schemaOf(url: string): Promise<Record<keyof typeof CATALOGUE, Rows>> {
  const entries = await Promise.all(
    Object.entries(CATALOGUE).map(async ([name, query]) => [name, await sql(url, query)] as const),
  );
  return Object.fromEntries(entries) as Record<keyof typeof CATALOGUE, Rows>;
}

/** The content of every table: what migrations have put there, and what people have. */
export async function rowsOf(url: string): Promise<Record<string, Rows>> {
  const tables = await sql(
    url,
    `SELECT table_name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'migrations' ORDER BY 1`,
  );
  const entries = await Promise.all(
    tables.map(async ({ table_name: table }) => {
      const rows = await sql(url, `SELECT to_jsonb(t) AS row FROM "${String(table)}" t ORDER BY t::text`);
      return [String(table), rows.map(({ row }) => row as Record<string, unknown>)] as const;
    }),
  );
  return Object.fromEntries(entries);
}
