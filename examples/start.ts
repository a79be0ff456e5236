// How a partner's backend starts an onboarding. Safe to call twice: a customer is onboarded once.
import { Client, Connection } from '@temporalio/client';
import { startOnboarding, type OnboardingInput } from '../src'; // from 'layers-onboarding' in your project

export async function onboard(input: OnboardingInput): Promise<string> {
  const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? 'localhost:7233' });
  const client = new Client({ connection });
  const { workflowId, state } = await startOnboarding(client, input);
  await connection.close();
  return `${workflowId} ${state}`;
}
