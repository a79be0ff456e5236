import { variables } from './variables';

const HEADER = `# Configuration of layers-onboarding. Copy to .env and fill in what you need; everything has its default but what says
# "needed by". Every program reads .env from the folder that it is started in; what the environment says already, wins.
# A value with # in it needs quotes. Secrets may also come from files: LAYERS_API_KEY_FILE=/run/secrets/layers-api-key
`;

const TEMPORAL = `# Temporal is configured by its own variables and profiles, for instance these:
# TEMPORAL_ADDRESS=localhost:7233
# TEMPORAL_NAMESPACE=default
# TEMPORAL_API_KEY=
`;

const PROXY = `# Where Layers and ONBOARDING_NOTIFY_URL can be reached through a proxy only (docs/runbook.md):
# HTTPS_PROXY=http://proxy.example:3128
# NO_PROXY=localhost,.internal.example
`;

/**
 * The text of `.env.example`. After a change of the variables:
 * `npx tsx -e "require('fs').writeFileSync('.env.example', require('./src/config').renderEnvExample())"`
 */
export function renderEnvExample(): string {
  const blocks = variables.map(([, variable]) => {
    const notes = [variable.meaning];
    if (variable.neededBy !== undefined) notes.push(`Needed by: ${variable.neededBy.join(', ')}.`);
    const line = `${variable.name}=${variable.byDefault ?? (variable.secret ? '' : variable.example)}`;
    return `# ${notes.join(' ')}\n${variable.neededBy === undefined ? `# ${line}` : line}\n`;
  });
  return [HEADER, ...blocks, PROXY, TEMPORAL].join('\n');
}
