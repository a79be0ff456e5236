import { parseQuery, type Fields } from '../../../simulate/wires/frontend/query';

const RUN: Record<string, (string | number)[]> = {
  WorkflowId: ['onboard-acme'],
  WorkflowType: ['onboardCustomer'],
  ExecutionStatus: ['Running'],
  StartTime: [Date.parse('2026-09-01T00:00:00Z')],
  CloseTime: [],
  LayersStage: ['review'],
  LayersCustomer: ['acme "1"'],
  LayersErrorCode: ['BILLING_EXHAUSTED', 'NOT_FOUND'],
  LayersRefs: [],
  LayersReviewRound: [2],
};
const fields: Fields = (name) => RUN[name] ?? [];
const matches = (query: string): boolean => parseQuery(query)(fields);

test.each([
  ['', true],
  ['WorkflowId = "onboard-acme"', true],
  ["WorkflowId = 'onboard-acme'", true],
  ['WorkflowId="onboard-other"', false],
  ['LayersCustomer = "acme \\"1\\""', true],
  ['LayersReviewRound = 2', true],
  ['LayersErrorCode = "NOT_FOUND"', true],
  ['WorkflowId IN ("a", "onboard-acme")', true],
  ['LayersErrorCode IN ("NOT_FOUND")', true],
  ['LayersRefs IN ("job_1", "cnt_1")', false],
  ['WorkflowType = "onboardCustomer" and ExecutionStatus = "Running"', true],
  ['StartTime >= "2026-09-01T00:00:00.000Z"', true],
  ['StartTime >= "2026-09-01T00:00:00.001Z"', false],
  ['StartTime < "2026-09-02T00:00:00Z"', true],
])('%s: %s', (query, expected) => expect(matches(query)).toBe(expected));

test('of what has no value only a list can be other than something', () => {
  expect(matches('CloseTime >= "1970-01-01T00:00:00Z"')).toBe(false);
  expect(matches('CloseTime != "1970-01-01T00:00:00Z"')).toBe(false);
  expect(matches('LayersProjectId != "prj_1"')).toBe(false);
  expect(matches('LayersRefs != "job_1"')).toBe(true);
  expect(matches('LayersErrorCode != "NOT_FOUND"')).toBe(false);
});

test('AND binds closer than OR, and parentheses closer still', () => {
  const [yes, no] = ['WorkflowId = "onboard-acme"', 'WorkflowId = "onboard-other"'];
  expect(matches(`${yes} OR ${no} AND ${no}`)).toBe(true);
  expect(matches(`(${yes} OR ${no}) AND ${no}`)).toBe(false);
  expect(matches(`${yes} AND (${no} OR (${yes}))`)).toBe(true);
});

test.each([
  ['Nope = "x"', 'invalid query: invalid search attribute: Nope'],
  ['workflowid = "x"', 'invalid query: invalid search attribute: workflowid'],
  ['ExecutionStatus = "completed"', "invalid query: invalid expression: invalid ExecutionStatus value 'completed'"],
  ['CloseTime >= "yesterday"', "invalid query: invalid expression: unable to parse datetime 'yesterday'"],
  ['WorkflowId =', expect.stringContaining('malformed')],
  ['WorkflowId = x', expect.stringContaining('malformed')],
  ['WorkflowId ~ "a"', expect.stringContaining('malformed')],
  ['(WorkflowId = "a"', expect.stringContaining('malformed')],
  ['WorkflowId = "a" WorkflowId = "b"', expect.stringContaining('malformed')],
  ['WorkflowId = "a', expect.stringContaining('malformed')],
])('is refused: %s', (query, details: unknown) => {
  expect(() => parseQuery(query)).toThrow(expect.objectContaining({ code: 3, details }) as Error);
});
