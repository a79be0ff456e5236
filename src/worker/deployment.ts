import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { grpcError } from '../client/errors';

export interface Deployment {
  deploymentName: string;
  buildId: string;
}

const NOT_FOUND = 5;

/**
 * Warns when no new onboarding comes to this build, because another one is current, or none: such a worker looks alive, and
 * onboardings that nobody takes look as if there were no worker. Silent where the server cannot tell.
 */
export async function warnUnlessCurrent(
  connection: NativeConnection,
  namespace: string,
  { deploymentName, buildId }: Deployment,
  logger: Logger,
): Promise<void> {
  try {
    const current = await connection.withDeadline(Date.now() + 10_000, () =>
      currentBuilds(connection, namespace, deploymentName),
    );
    if (current.includes(buildId)) return logger.debug({ deploymentName, buildId }, 'This build is the current one');
    const command = `temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id ${buildId}`;
    logger.warn(
      { deploymentName, buildId, current: current[0] ?? null, command },
      'This build is not the current one: new onboardings do not come to it until you say so, by the command',
    );
  } catch (error) {
    logger.debug({ error }, 'The server does not tell which build is current');
  }
}

/** The current build, and the one that some of the new onboardings go to; none before the first worker has polled. */
async function currentBuilds(
  connection: NativeConnection,
  namespace: string,
  deploymentName: string,
): Promise<string[]> {
  try {
    const { workerDeploymentInfo } = await connection.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName,
    });
    const { currentDeploymentVersion, rampingDeploymentVersion } = workerDeploymentInfo?.routingConfig ?? {};
    return [currentDeploymentVersion, rampingDeploymentVersion].flatMap((version) => version?.buildId ?? []);
  } catch (error) {
    if (grpcError(error)?.code === NOT_FOUND) return [];
    throw error;
  }
}
