import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as limits from '../../src/contract/limits';
import { inputJsonSchema } from '../../src/input';

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: string[];
  minLength?: number;
  maxLength?: number;
}

const page = readFileSync(join(__dirname, '../../docs/input.md'), 'utf8');

/** Every field that has no fields of its own, by its path as the page writes it. */
function leaves(schema: Schema, path = ''): [string, Schema][] {
  if (schema.items !== undefined && (schema.items.properties !== undefined || schema.items.items !== undefined))
    return leaves(schema.items, `${path}[]`);
  if (schema.properties === undefined) return [[path, schema]];
  return Object.entries(schema.properties).flatMap(([name, inner]) =>
    leaves(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** The row of a field, or of the object that it is part of. */
function rowOf(path: string): string {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${path}\` |`));
  if (row !== undefined) return row;
  const parent = path.slice(0, path.lastIndexOf('.'));
  if (parent === '') throw new Error('docs/input.md does not tell of this field');
  const name = path.slice(parent.length + 1);
  const whole = rowOf(parent);
  // Waits say what they have once, and then `the same`.
  if (!whole.includes(`\`${name}\``) && !whole.includes('the same'))
    throw new Error(`docs/input.md does not tell of ${path}`);
  return whole;
}

const fields = leaves(inputJsonSchema() as Schema).filter(([path]) => path !== '');

it.each(fields)('the input page tells of %s, with its values and bounds', (path, schema) => {
  const row = rowOf(path);
  for (const value of schema.enum ?? [])
    if (!path.endsWith('privacyLevel') && !row.includes('as `schedule.mode`')) expect(row).toContain(`\`${value}\``);
  if (schema.maxLength !== undefined && row.startsWith(`| \`${path}\``) && path !== 'project.customerExternalId')
    expect(row).toContain(
      schema.minLength === 0
        ? `at most ${schema.maxLength} characters`
        : `${schema.minLength} to ${schema.maxLength} characters`,
    );
});

it('the input page names the bounds on the whole', () => {
  expect(fields.length).toBeGreaterThan(45);
  for (const said of [
    `1 to ${limits.MAX_EXTERNAL_ID} characters`,
    `at most ${limits.MAX_WORKFLOW_ID_BYTES} bytes`,
    `at most ${limits.MAX_ORGANIZATION_ID_BYTES} characters of ASCII`,
    `at most ${limits.MAX_REMINDERS} reminders`,
    `at most ${limits.MAX_JSON_BYTES / 1024} KB`,
    `${limits.MAX_DEPTH} levels deep`,
    `At most ${limits.MAX_PROBLEMS} are listed`,
  ])
    expect(page.replace(/\s+/g, ' ')).toContain(said);
});
