import { readFileSync } from 'node:fs';
import { workflowBundle } from '../support/environment';

/** The bundle's module scope runs again for every cached workflow, so what creeps in is paid a thousand times. */
describe('the workflow bundle', () => {
  const code = readFileSync(workflowBundle(), 'utf8');
  // Without the inline source map, which the isolate never evaluates.
  const size = code.indexOf('//# sourceMappingURL') === -1 ? code.length : code.lastIndexOf('//# sourceMappingURL');
  const modules = [...new Set([...code.matchAll(/"(\.\/(?:node_modules|src)\/[^"]+)"/g)].map(([, path]) => path!))];

  it('the workflow bundle stays small', () => {
    expect(size).toBeLessThan(900_000);
  });

  it('the workflow bundle has of ours the workflows and the contract, and of others only the SDK and uuid', () => {
    expect(modules.length).toBeGreaterThan(50);
    const ours = modules.filter((path) => path.startsWith('./src/'));
    expect(ours.filter((path) => !/^\.\/src\/(workflows|contract)\//.test(path))).toEqual([]);
    const packages = modules.filter((path) => path.startsWith('./node_modules/'));
    const names = [...new Set(packages.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)![1]!))].sort();
    expect(names.filter((name) => /zod|undici|pino|hono|moment/.test(name))).toEqual([]);
    expect(names).toContain('@temporalio/workflow');
    expect(names).toContain('uuid');
  });
});
